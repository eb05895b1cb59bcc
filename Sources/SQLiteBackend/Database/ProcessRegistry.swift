import Foundation
import MsgKit

/// The processes that have a data directory open, each by a file that it keeps locked, so that one that needs the
/// directory alone can say who is in the way.
struct ProcessRegistry: Sendable {
    let directory: DataDirectory

    /// Enters this process; it stays entered until the file is let go.
    func enter(version: String, schema: Int) throws -> LockFile {
        guard DirectoryOwner(holding: directory.processesPath).makeDirectory(directory.processesPath) else {
            throw MsgError(
                .configuration,
                """
                The directory \(directory.processesPath) can't be made (\(DataDirectory.reason(errno))); check the data \
                directory's owner, rights and free space.
                """)
        }
        // Under a hidden name until it is locked: an unlocked file is one that a killed process left, to be taken away.
        let name = "\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let file = try LockFile(path: "\(directory.processesPath)/.\(name)")
        guard file.tryLock(.exclusive), file.move(to: "\(directory.processesPath)/\(name)") else {
            throw MsgError(
                .configuration, "The file \(file.path) can't be locked; is the data directory on a local disk?")
        }
        file.write("process \(getpid()) (msgctl \(version), schema \(schema))")
        // What killed processes left must not pile up where a supervisor starts this one again and again.
        _ = others(than: file)
        return file
    }

    func leave(_ file: LockFile) {
        unlink(file.path)
        file.unlock()
    }

    /// What the other processes wrote; the files of those that ended without leaving are taken away.
    func others(than own: LockFile?) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.processesPath)) ?? []
        return names.sorted().compactMap { name in
            let path = "\(directory.processesPath)/\(name)"
            guard !name.hasPrefix("."), path != own?.path, let file = try? LockFile(path: path) else { return nil }
            if file.tryLock(.exclusive) {
                unlink(path)
                return nil
            }
            guard let text = try? String(contentsOfFile: path, encoding: .utf8), !text.isEmpty else {
                return "process \(name.prefix { $0 != "-" })"
            }
            return text
        }
    }
}
