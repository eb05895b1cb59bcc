/// Which web pages of other origins may call the API.
struct CORSPolicy: Sendable {
    private let origins: Set<String>
    private let allowsAny: Bool

    /// - Parameter origins: origins such as `https://chat.example.org`; `*` allows any, without credentials.
    init(origins: [String]) {
        self.origins = Set(origins)
        allowsAny = origins.contains("*")
    }

    /// What `Access-Control-Allow-Origin` says to an origin; nil when it may not call.
    func allowed(_ origin: String) -> String? {
        if origins.contains(origin) { return origin }
        return allowsAny ? "*" : nil
    }
}
