import Foundation
import MsgKit

/// The keys for tokens that the configuration names.
enum TokenKeyFiles {
    /// Keys have some kilobytes at most.
    private static let maximumBytes = 64 * 1024
    private static let minimumSecret = 32

    /// - Throws: ``ErrorCode/configuration`` for a file that can't be used.
    static func load(
        _ auth: Configuration.Auth, directory: String
    ) async throws -> (signing: TokenKey, accepted: [TokenKey]) {
        var accepted: [TokenKey] = []
        for path in auth.acceptedKeyFiles { accepted.append(try await key(in: path, "auth.accepted_key_files")) }
        guard let path = auth.jwtKeyFile else {
            let secret = try TokenSecret.load(configured: auth.jwtSecret, directory: directory)
            return (await TokenKey(secret: secret), accepted)
        }
        let signing = try await key(in: path, "auth.jwt_key_file")
        guard signing.canSign, signing.algorithm != .hs256 else {
            throw unusable("auth.jwt_key_file", path, "it holds no private key in PEM; write one with openssl genpkey")
        }
        // Whoever came in by the secret stays in.
        let secret = try auth.jwtSecret.map { Array($0.reveal().utf8) } ?? TokenSecret.kept(in: directory)
        if let secret { accepted.append(await TokenKey(secret: secret)) }
        return (signing, accepted)
    }

    /// The key of a file: a PEM, else a secret as it stood in `auth.jwt_secret` or in the data directory.
    private static func key(in path: String, _ setting: String) async throws -> TokenKey {
        let text = try text(of: path, setting)
        if text.contains("-----BEGIN") {
            guard let key = await TokenKey(pem: text) else {
                throw unusable(setting, path, "its PEM is no Ed25519, P-256 or RSA key of 2048 bits or more")
            }
            return key
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard secret.utf8.count >= minimumSecret else {
            throw unusable(setting, path, "it is neither a PEM nor a secret of at least \(minimumSecret) bytes")
        }
        // Who took one for a secret would let everybody sign who has read it.
        guard !PublicKeyText.isOne(secret) else {
            throw unusable(setting, path, "it looks like a public key that is no PEM; write it as one (-----BEGIN …)")
        }
        return await TokenKey(secret: Array(secret.utf8))
    }

    private static func text(of path: String, _ setting: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unusable(setting, path, reason(errno)) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let data: Data
        do {
            data = try file.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw unusable(setting, path, "it can't be read")
        }
        guard data.count <= maximumBytes else { throw unusable(setting, path, "it is larger than 64 KiB") }
        let text = String(decoding: data, as: UTF8.self)
        // A public key is nobody's secret.
        let isOpen = file.permissions.map { $0 & 0o007 != 0 } ?? true
        guard !isOpen || text.contains("-----BEGIN PUBLIC KEY") else {
            throw unusable(setting, path, "every user of this machine may read it; run chmod o-rwx on it")
        }
        return text
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case EACCES, EPERM: "let this user read it, by its group for instance"
        case ENOENT, ENOTDIR: "it is not there"
        default: String(cString: strerror(code))
        }
    }

    private static func unusable(_ setting: String, _ path: String, _ reason: String) -> MsgError {
        MsgError(.configuration, "The key file \(path) of \(setting) can't be used: \(reason).")
    }
}
