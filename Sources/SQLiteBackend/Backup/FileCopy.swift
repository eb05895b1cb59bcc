import Foundation
import MsgKit

/// Copies a small file of a data directory, such as a key, for its owner alone; blocks.
struct FileCopy: Sendable {
    /// More than any file that is kept beside the database.
    private static let maximumBytes = 1 << 20

    let source: String
    let target: String

    /// - Returns: false when there is no such file.
    func make() throws -> Bool {
        let original = open(source, O_RDONLY | O_CLOEXEC)
        guard original >= 0 else {
            guard errno == ENOENT else { throw failure(source, errno) }
            return false
        }
        let reader = FileHandle(fileDescriptor: original, closeOnDealloc: true)
        let contents = try reader.read(upToCount: Self.maximumBytes) ?? Data()
        unlink(target)
        let copy = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard copy >= 0 else { throw failure(target, errno) }
        let writer = FileHandle(fileDescriptor: copy, closeOnDealloc: true)
        do {
            try writer.write(contentsOf: contents)
            try writer.synchronize()
        } catch {
            throw MsgError(.unavailable, "\(target) can't be written; is there space left?", cause: error)
        }
        return true
    }

    private func failure(_ path: String, _ number: Int32) -> MsgError {
        MsgError(.configuration, "\(path) can't be copied (\(DataDirectory.reason(number))).")
    }
}
