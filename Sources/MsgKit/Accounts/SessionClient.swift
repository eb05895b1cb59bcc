/// What somebody logged in with, for them to know their sessions by. It proves nothing: a client calls itself what it likes.
public struct SessionClient: Sendable, Equatable {
    /// The most bytes of ``userAgent`` that are kept.
    public static let maximumUserAgent = 256

    /// The client's address, as limits see it.
    public let address: String?
    /// The field User-Agent (RFC 9110, 10.1.5) in visible ASCII and spaces, with `?` for what is neither; never empty.
    public let userAgent: String?

    public init(address: String? = nil, userAgent: String? = nil) {
        self.address = address
        let seen = userAgent?.utf8.prefix(Self.maximumUserAgent).map { (0x20...0x7e).contains($0) ? $0 : 0x3f }
        self.userAgent = seen.flatMap { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
    }
}
