import Foundation
import JWTKit
import Logging

/// The public keys of an outside issuer, in a file as it publishes them (JWKS, RFC 7517). The file is read again when it
/// changes, or when the links do that lead to it; while what is there can't be used, the keys that were read last are.
actor KeySetFile {
    /// More keys in one file than this are left out.
    static let maximumKeys = 100
    /// How long a file that could not be read is left alone, unless it changes.
    static let pause = Duration.seconds(1)

    typealias Reader = @Sendable (String) -> (version: FileVersion?, content: Result<[UInt8], BoundedFile.Failure>)

    private let path: String
    private let audit: AuditLog
    private let outages: OutageLog
    private let now: @Sendable () -> ContinuousClock.Instant
    private let read: Reader
    private var current: TokenKeys?
    /// The version that was looked at last, whether it could be used or not.
    private var version: FileVersion?
    /// When that is looked at again though it is the same; nil when it would be of no use.
    private var retryAt: ContinuousClock.Instant?
    private var reading: Task<Void, any Error>?

    /// - Parameter read: what the file at a path holds.
    init(
        path: String, audit: AuditLog, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        read: @escaping Reader = BoundedFile.readRegular
    ) {
        self.path = path
        self.audit = audit
        self.now = now
        self.read = read
        outages = OutageLog(
            failing: "the outside issuer's keys stay as they were", working: "the outside issuer's keys are read again",
            logger: logger, now: now)
    }

    /// - Throws: ``ErrorCode/configuration`` when there is no key to be had and never was.
    func keys() async throws -> TokenKeys {
        // What somebody else reads may be of before the last change, so it is looked at again afterwards.
        while let reading { _ = await reading.result }
        if let current, FileVersion(path: path) == version, retryAt.map({ now() < $0 }) ?? true { return current }
        let task = Task { try await self.load() }
        reading = task
        do {
            try await task.value
        } catch {
            guard current != nil else { throw error }
        }
        return current ?? TokenKeys([], usual: nil)
    }

    private func load() async throws {
        // Here and not where it is waited for: whoever waits too must not find it still there.
        defer { reading = nil }
        let (version, content) = read(path)
        self.version = version
        retryAt = nil
        do {
            let bytes: [UInt8]
            do throws(BoundedFile.Failure) {
                bytes = try content.get()
            } catch {
                // Time may mend all but what the file says.
                if error != .tooLarge { retryAt = now() + Self.pause }
                throw unusable(error.problem)
            }
            let keys = TokenKeys(try await keys(in: bytes), usual: nil)
            current = keys
            outages.worked()
            audit.record(.outsideKeysLoaded(keys.ids), by: .nobody)
        } catch {
            if current != nil { outages.failed(error) }
            throw error
        }
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
    private func keys(in bytes: [UInt8]) async throws -> [TokenKey] {
        let set: KeySet
        do {
            set = try JSONDecoder().decode(KeySet.self, from: Data(bytes))
        } catch {
            throw unusable("it is no JSON object with a list of keys", cause: error)
        }
        var keys: [TokenKey] = []
        for value in set.keys.prefix(Self.maximumKeys) {
            guard let data = try? JSONEncoder().encode(value),
                let entry = try? JSONDecoder().decode(Entry.self, from: data), let key = await Self.key(of: entry)
            else { continue }
            keys.append(key)
        }
        guard !keys.isEmpty else {
            throw unusable("it has no key for EdDSA (Ed25519), ES256 or RS256 with a kid")
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

    private func unusable(_ why: String, cause: (any Error)? = nil) -> MsgError {
        MsgError(
            .configuration, "Log-in by another issuer is not available.",
            detail: "The keys of auth.outside_jwks_file, \(path), can't be used: \(why).", cause: cause)
    }
}
