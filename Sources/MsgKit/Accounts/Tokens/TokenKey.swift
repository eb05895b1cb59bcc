import Foundation
import JWTKit

/// One key that tokens are signed with or checked against.
public struct TokenKey: Sendable {
    /// The `kid`: for keys of one's own the beginning of a hash, which gives nothing away and is the same in every process.
    public let id: String
    public let algorithm: TokenAlgorithm
    /// False for a public key, which only checks.
    public let canSign: Bool
    /// Holds this key and no other.
    private let keys: JWTKeyCollection

    private init(
        id: String, _ algorithm: TokenAlgorithm, canSign: Bool,
        add: (isolated JWTKeyCollection, any JWTSerializer) -> Void
    ) async {
        self.id = id
        self.algorithm = algorithm
        self.canSign = canSign
        // Sorted keys make one grant sign to one token, so that a replayed refresh gets the very same successor; but for
        // ES256, whose signatures differ each time: there the two are equally good.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        keys = JWTKeyCollection()
        await add(keys, DefaultJWTSerializer(jsonEncoder: encoder))
    }

    /// A secret, for HS256.
    public init(secret: [UInt8]) async {
        await self.init(id: Self.id(of: secret), .hs256, canSign: true) { keys, serializer in
            keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256, serializer: serializer)
        }
    }

    /// - Parameter id: nil for one made from the key.
    public init(eddsa key: EdDSA.PublicKey, id: String? = nil) async {
        let id = id ?? Self.id(of: Array(key.rawRepresentation))
        await self.init(id: id, .eddsa, canSign: false) { keys, _ in keys.add(eddsa: key) }
    }

    public init(es256 key: ES256PublicKey, id: String? = nil) async {
        let id = id ?? Self.id(of: Array(key.pemRepresentation.utf8))
        await self.init(id: id, .es256, canSign: false) { keys, _ in keys.add(ecdsa: key) }
    }

    public init(rs256 key: Insecure.RSA.PublicKey, id: String? = nil) async {
        let id = id ?? Self.id(of: Array(key.derRepresentation))
        await self.init(id: id, .rs256, canSign: false) { keys, _ in keys.add(rsa: key, digestAlgorithm: .sha256) }
    }

    /// The key of a PEM text, private or public: Ed25519, P-256, or RSA of at least 2,048 bits; nil when it is none of
    /// these.
    public init?(pem: String) async {
        if let key = try? EdDSA.PrivateKey(pem: pem) {
            let id = Self.id(of: Array(key.publicKey.rawRepresentation))
            await self.init(id: id, .eddsa, canSign: true) { keys, serializer in
                keys.add(eddsa: key, serializer: serializer)
            }
        } else if let key = try? ES256PrivateKey(pem: pem) {
            let id = Self.id(of: Array(key.publicKey.pemRepresentation.utf8))
            await self.init(id: id, .es256, canSign: true) { keys, serializer in
                keys.add(ecdsa: key, serializer: serializer)
            }
        } else if let key = try? Insecure.RSA.PrivateKey(pem: pem) {
            let id = Self.id(of: Array(key.publicKey.derRepresentation))
            await self.init(id: id, .rs256, canSign: true) { keys, serializer in
                keys.add(rsa: key, digestAlgorithm: .sha256, serializer: serializer)
            }
        } else if let key = try? EdDSA.PublicKey(pem: pem) {
            await self.init(eddsa: key)
        } else if let key = try? ES256PublicKey(pem: pem) {
            await self.init(es256: key)
        } else if let key = try? Insecure.RSA.PublicKey(pem: pem) {
            await self.init(rs256: key)
        } else {
            return nil
        }
    }

    func sign(_ claims: some JWTPayload) async throws -> String {
        try await keys.sign(claims, header: ["kid": .string(id)])
    }

    /// What a token says that this key signed.
    func verify<Claims: JWTPayload>(_ token: String, as type: Claims.Type) async throws -> Claims {
        try await keys.verify(token, as: type)
    }
}
