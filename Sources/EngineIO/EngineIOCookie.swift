/// A cookie with the session's id, set by the handshake of a polling session, so that a load balancer can send all requests
/// of a session to the same server. The server itself does not read it.
public struct EngineIOCookie: Sendable, Equatable {
    /// Which requests of other sites browsers send the cookie with. `none` asks for ``EngineIOCookie/isSecure``.
    public enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        case none = "None"
    }

    /// Default `io`. A token of RFC 9110; it is written as it is.
    public var name: String
    /// Default `/`; nil leaves it out.
    public var path: String?
    /// Whether it is kept from scripts. Default true.
    public var isHTTPOnly: Bool
    /// Whether it is for https only. Default false.
    public var isSecure: Bool
    /// Default `lax`; nil leaves it out.
    public var sameSite: SameSite?
    /// How long browsers keep it, in whole seconds. Default nil: until they close.
    public var maxAge: Duration?

    /// The defaults of the reference implementation.
    public init(
        name: String = "io", path: String? = "/", isHTTPOnly: Bool = true, isSecure: Bool = false,
        sameSite: SameSite? = .lax, maxAge: Duration? = nil
    ) {
        self.name = name
        self.path = path
        self.isHTTPOnly = isHTTPOnly
        self.isSecure = isSecure
        self.sameSite = sameSite
        self.maxAge = maxAge
    }

    /// The value of `Set-Cookie`, such as `io=7fqRzvXQ…; Path=/; HttpOnly; SameSite=Lax`.
    func field(for id: String) -> String {
        var field = "\(name)=\(id)"
        if let maxAge { field += "; Max-Age=\(maxAge.components.seconds)" }
        if let path { field += "; Path=\(path)" }
        if isHTTPOnly { field += "; HttpOnly" }
        if isSecure { field += "; Secure" }
        if let sameSite { field += "; SameSite=\(sameSite.rawValue)" }
        return field
    }
}
