/// Which web pages may talk to the server, by the `Origin` header their browser sends.
///
/// A request without `Origin` does not come from a page and is never refused here.
public enum EngineIOAllowedOrigins: Sendable, Equatable {
    /// Only pages served by the same host and port as the request's `Host`.
    case sameOrigin
    /// The same origin, and these: scheme, host and port as a browser writes them, such as `https://chat.example.org`.
    case list(Set<String>)
    /// Every page. Credentials are allowed too, so the origin is echoed instead of `*`.
    case any

    /// Whether a request from `origin` to `host` may be served.
    func allows(origin: String, host: String?) -> Bool {
        switch self {
        case .any: true
        case .list(let origins): origins.contains(origin) || Self.isSame(origin: origin, host: host)
        case .sameOrigin: Self.isSame(origin: origin, host: host)
        }
    }

    private static func isSame(origin: String, host: String?) -> Bool {
        guard let host, let schemeEnd = origin.firstRange(of: "://") else { return false }
        return origin[schemeEnd.upperBound...].lowercased() == host.lowercased()
    }
}
