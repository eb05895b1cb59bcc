import Foundation
import MsgKit

/// Copies a small file of a data directory, such as a key, for its owner alone; blocks.
struct FileCopy: Sendable {
    /// More than any file that is kept beside the database has.
    static let maximumBytes = 1 << 20

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
        let contents: Data
        do {
            contents = try reader.read(upToCount: Self.maximumBytes + 1) ?? Data()
        } catch {
            throw MsgError(.configuration, "\(source) can't be read; is it a file?", cause: error)
        }
        guard contents.count <= Self.maximumBytes else {
            throw MsgError(
                .configuration, "\(source) has more than 1 MiB, as no key has; name another file, or move it elsewhere."
            )
        }
        unlink(target)
        let copy = DirectoryOwner(holding: target).openFile(target, O_WRONLY | O_EXCL)
        guard copy >= 0 else { throw failure(target, errno) }
        let writer = FileHandle(fileDescriptor: copy, closeOnDealloc: true)
        do {
            try writer.write(contentsOf: contents)
            try writer.synchronize()
        } catch {
            unlink(target)
            throw MsgError(.unavailable, "\(target) can't be written; is there space left?", cause: error)
        }
        return true
    }

    private func failure(_ path: String, _ number: Int32) -> MsgError {
        MsgError(.configuration, "\(path) can't be copied (\(DataDirectory.reason(number))).")
    }
}
