/// What `X-Forwarded-Proto` says.
enum ForwardedProtocol {
    /// Whether the client came by TLS, to the first proxy when several say something. Anybody may say so.
    /// - Parameter field: nil when there is none.
    static func isTLS(_ field: String?) -> Bool {
        guard let field else { return false }
        return field.prefix { $0 != "," }.filter { $0 != " " && $0 != "\t" }.lowercased() == "https"
    }
}
