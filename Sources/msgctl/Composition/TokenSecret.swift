import Foundation
import MsgKit
import SQLiteBackend

/// The key that tokens are signed with: the configured one, or one that the data directory keeps.
enum TokenSecret {
    static let fileName = "jwt-secret"
    private static let minimumBytes = 32
    private static let maximumBytes = 4096

    /// - Throws: ``ErrorCode/configuration`` when the directory's key can't be made or read.
    static func load(configured: Secret?, directory: String) throws -> [UInt8] {
        if let configured { return Array(configured.reveal().utf8) }
        let path = directory + "/" + fileName
        if let existing = try read(path) { return existing }
        try create(path)
        guard let created = try read(path) else { throw unusable(path, "it vanished") }
        return created
    }

    /// The one that the data directory keeps; nil when it keeps none.
    static func kept(in directory: String) throws -> [UInt8]? { try read(directory + "/" + fileName) }

    private static func read(_ path: String) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw unusable(path, String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let permissions = file.permissions, permissions & 0o077 == 0 else {
            throw unusable(path, "others may read it; run chmod 600 on it")
        }
        let data = try file.read(upToCount: maximumBytes) ?? Data()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count >= minimumBytes else {
            throw unusable(
                path,
                "it is shorter than \(minimumBytes) bytes; remove it to have a new one made, which logs everybody out")
        }
        return Array(text.utf8)
    }

    /// Written whole under another name and linked: of two processes that start at once one makes it, and nobody reads
    /// half of it.
    private static func create(_ path: String) throws {
        let temporary = path + ".\(getpid())"
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<48).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        // What a killed process of this number left, if any.
        unlink(temporary)
        let descriptor = DirectoryOwner(holding: path).openFile(temporary, O_WRONLY | O_TRUNC)
        guard descriptor >= 0 else { throw unusable(path, String(cString: strerror(errno))) }
        defer { unlink(temporary) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data((Data(secret).base64EncodedString() + "\n").utf8))
            try file.synchronize()
        } catch {
            throw unusable(path, "\(error)")
        }
        guard link(temporary, path) == 0 || errno == EEXIST else {
            throw unusable(path, String(cString: strerror(errno)))
        }
    }

    private static func unusable(_ path: String, _ reason: String) -> MsgError {
        MsgError(.configuration, "The token secret \(path) can't be used: \(reason).")
    }
}
