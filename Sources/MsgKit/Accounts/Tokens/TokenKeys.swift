import JWTKit

/// The keys of one issuer. Which key checks a token is chosen by its `kid`, and that key's own algorithm has to be the
/// one that the token names: neither "none" nor a public key taken for a secret can pass.
public struct TokenKeys: Sendable {
    private let byID: [String: TokenKey]
    /// The one for tokens that name no key.
    private let usual: TokenKey?

    /// - Parameters:
    ///   - keys: of two with one id the first counts.
    ///   - usual: nil when every token must name its key.
    public init(_ keys: [TokenKey], usual: TokenKey?) {
        byID = Dictionary(keys.map { ($0.id, $0) }) { first, _ in first }
        self.usual = usual
    }

    /// In the order of the ids.
    public var ids: [String] { byID.keys.sorted() }

    /// What a token says, once a key of these has checked its signature; times and names are the caller's to compare.
    /// - Throws: whatever is wrong with it.
    func claims<Claims: JWTPayload>(of token: String, as type: Claims.Type) async throws -> Claims {
        guard let header = TokenHeader(of: token) else { throw TokenRefusal.noHeader }
        guard let key = header.kid.map({ byID[$0] }) ?? usual else { throw TokenRefusal.unknownKey }
        guard header.alg == key.algorithm.rawValue else { throw TokenRefusal.wrongAlgorithm }
        return try await key.verify(token, as: type)
    }
}
