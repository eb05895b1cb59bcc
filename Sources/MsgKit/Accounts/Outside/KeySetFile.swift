import Foundation
import JWTKit
import Logging

/// The public keys of an outside issuer, in a file as it publishes them (JWKS, RFC 7517). The file is read again when it
/// changes; while what is there can't be used, the keys that were read last are.
actor KeySetFile {
    /// More keys in one file than this are left out.
    static let maximumKeys = 100

    /// By which a changed file is known.
    private struct Version: Equatable {
        var number: Int?
        var size: Int?
        var changedAt: Date?
    }

    private let path: String
    private let audit: AuditLog
    private let logger: Logger
    private var version: Version?
    private var current = TokenKeys([], usual: nil)

    init(path: String, audit: AuditLog, logger: Logger) {
        self.path = path
        self.audit = audit
        self.logger = logger
    }

    /// - Throws: ``ErrorCode/configuration`` when there is no key to be had and never was.
    func keys() async throws -> TokenKeys {
        let found = Self.version(of: path) ?? version
        guard found != version || found == nil else { return current }
        do {
            let keys = TokenKeys(try await Self.read(path), usual: nil)
            version = found
            current = keys
            audit.record(.outsideKeysLoaded(keys.ids), by: .nobody)
        } catch {
            guard version != nil else { throw error }
            // Not again before it changes once more.
            version = found
            logger.warning(
                "the outside issuer's keys stay as they were", metadata: ["error": "\(String(reflecting: error))"])
        }
        return current
    }

    /// Nil when there is no such file at the moment, as while it is replaced.
    private static func version(of path: String) -> Version? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return Version(
            number: (attributes[.systemFileNumber] as? NSNumber)?.intValue,
            size: (attributes[.size] as? NSNumber)?.intValue, changedAt: attributes[.modificationDate] as? Date)
    }

    private struct KeySet: Decodable {
        var keys: [JSONValue]
    }

    /// What a key says of itself; other kinds than those that are read have other fields.
    private struct Entry: Decodable {
        var kty: String?
        var kid: String?
        var use: String?
        var alg: String?
        var crv: String?
        var x: String?
        var y: String?
        var n: String?
        var e: String?
    }

    /// The keys that can check tokens: with an id, for signatures, of an algorithm that is known. A set also holds others.
    static func read(_ path: String) async throws -> [TokenKey] {
        let set: KeySet
        do {
            set = try JSONDecoder().decode(KeySet.self, from: Data(try BoundedFile.read(path)))
        } catch let failure as BoundedFile.Failure {
            throw unusable(path, failure.problem)
        } catch {
            throw unusable(path, "it is no JSON object with a list of keys", cause: error)
        }
        var keys: [TokenKey] = []
        for value in set.keys.prefix(maximumKeys) {
            guard let data = try? JSONEncoder().encode(value),
                let entry = try? JSONDecoder().decode(Entry.self, from: data), let key = await key(of: entry)
            else { continue }
            keys.append(key)
        }
        guard !keys.isEmpty else {
            throw unusable(path, "it has no key for EdDSA (Ed25519), ES256 or RS256 with a kid")
        }
        return keys
    }

    private static func key(of entry: Entry) async -> TokenKey? {
        guard let kid = entry.kid, (1...256).contains(kid.utf8.count), entry.use ?? "sig" == "sig" else { return nil }
        switch (entry.kty, entry.crv, entry.alg) {
        case ("OKP", "Ed25519", nil), ("OKP", "Ed25519", "EdDSA"), ("OKP", "Ed25519", "Ed25519"):
            guard let x = entry.x, let key = try? EdDSA.PublicKey(x: x, curve: .ed25519) else { return nil }
            return await TokenKey(eddsa: key, id: kid)
        case ("EC", "P-256", nil), ("EC", "P-256", "ES256"):
            guard let x = entry.x, let y = entry.y, let key = try? ES256PublicKey(parameters: (x: x, y: y)) else {
                return nil
            }
            return await TokenKey(es256: key, id: kid)
        case ("RSA", nil, nil), ("RSA", nil, "RS256"):
            guard let n = entry.n, let e = entry.e,
                let key = try? Insecure.RSA.PublicKey(modulus: n, exponent: e)
            else { return nil }
            return await TokenKey(rs256: key, id: kid)
        default:
            return nil
        }
    }

    private static func unusable(_ path: String, _ why: String, cause: (any Error)? = nil) -> MsgError {
        MsgError(
            .configuration, "Log-in by another issuer is not available.",
            detail: "The keys of auth.outside_jwks_file, \(path), can't be used: \(why).", cause: cause)
    }
}
