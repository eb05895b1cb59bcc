import CFileStatus
import Foundation
import GRDB
import MsgKit

/// Copies a live database into another directory, after what belongs to it; blocks.
struct DatabaseCopy: Sendable {
    /// 4 MiB of the usual pages: what is copied between two looks at whether to go on.
    private static let pagesPerStep: CInt = 1024

    let source: DataDirectory
    let target: DataDirectory
    /// Names of files beside the database that are copied where they are there.
    let files: [String]

    /// - Parameter progress: may throw to break the copying off.
    func make(_ progress: @escaping (_ done: Int, _ total: Int) throws -> Void) throws -> BackupResult {
        guard source.hasDatabase else {
            throw MsgError(.unavailable, "There is no database in \(source.path); nothing was copied.")
        }
        guard Self.realPath(source.path) != Self.realPath(target.path) else {
            throw MsgError(.conflict, "\(target.path) is the data directory itself; name another one for its copy.")
        }
        let isNew = access(target.path, F_OK) != 0
        try target.prepare()
        let isFirst = access(target.lockPath, F_OK) != 0
        let lock = try LockFile(path: target.lockPath)
        defer { withExtendedLifetime(lock) {} }
        guard lock.tryLock(.exclusive) else {
            throw MsgError(.leaseHeld, "\(target.path) is in use by another process; name another directory.")
        }
        guard !target.hasDatabase else {
            throw MsgError(
                .conflict, "There is a database in \(target.path) already; name an empty directory, or one to be made.")
        }
        let partial = target.databasePath + ".partial"
        var copied: [String] = []
        do {
            try requireEmpty(but: partial)
            try prepare(partial)
            for file in files
            where try FileCopy(source: "\(source.path)/\(file)", target: "\(target.path)/\(file)").make() {
                copied.append(file)
            }
            let schema = try copy(to: partial, progress)
            // The database comes last: where there is one the copy is whole.
            let size = try finish(partial)
            return BackupResult(bytes: size, schemaVersion: schema, files: copied)
        } catch {
            remove(partial)
            // Keys of a copy that is none are of no use but to a thief.
            for file in copied { unlink("\(target.path)/\(file)") }
            if isFirst { unlink(target.lockPath) }
            if isNew { rmdir(target.path) }
            throw error
        }
    }

    /// Nothing that is there is written over, nor mixed with the copy, as the log of another database would be; but for what
    /// a copy that was broken off has left.
    private func requireEmpty(but partial: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: target.path)
        let half = URL(fileURLWithPath: partial).lastPathComponent
        let lock = URL(fileURLWithPath: target.lockPath).lastPathComponent
        let left = names.contains(half) ? files : []
        let others = names.filter { name in
            !name.hasPrefix(half) && !left.contains(name) && ![lock, "lost+found"].contains(name)
        }
        guard let other = others.min() else { return }
        throw MsgError(
            .conflict, "There is \(other) in \(target.path) already; name an empty directory, or one to be made.")
    }

    private static func realPath(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    /// An empty file that its owner alone may read, whatever a copy that was broken off has left.
    private func prepare(_ partial: String) throws {
        remove(partial)
        let descriptor = DirectoryOwner(holding: partial).openFile(partial, O_EXCL | O_RDWR)
        guard descriptor >= 0 else {
            throw MsgError(.configuration, "\(partial) can't be made: \(DataDirectory.reason(errno)).")
        }
        close(descriptor)
    }

    /// - Returns: the schema of what was copied.
    private func copy(
        to partial: String, _ progress: @escaping (_ done: Int, _ total: Int) throws -> Void
    ) throws -> Int {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(SQLiteDatabase.busyTimeout)
        let copy = try opening(partial) { try DatabaseQueue(path: partial, configuration: configuration) }
        defer { try? copy.close() }
        configuration.readonly = true
        let original = try opening(source.databasePath) {
            try DatabaseQueue(path: source.databasePath, configuration: configuration)
        }
        defer { try? original.close() }
        do {
            // In one read transaction: every step sees the same instant, so that writers never make it begin anew.
            let schema = try original.read { from in
                guard try from.tableExists("schema_migrations") else {
                    throw MsgError(.configuration, "\(source.databasePath) is no database of msgctl's.")
                }
                let schema = Int(try from.number("SELECT max(version) FROM schema_migrations"))
                try copy.writeWithoutTransaction { to in
                    try from.backup(to: to, pagesPerStep: Self.pagesPerStep) { step in
                        try progress(step.completedPageCount, step.totalPageCount)
                    }
                }
                return schema
            }
            let verdict = try copy.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
            guard verdict == "ok" else { throw damaged(verdict ?? "no answer") }
            try copy.close()
            return schema
        } catch let error as DatabaseError {
            throw told(error)
        }
    }

    /// Puts the copy on disk and in its place.
    /// - Returns: its size in bytes.
    private func finish(_ partial: String) throws -> Int {
        let descriptor = open(partial, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw unwritable(errno) }
        defer { close(descriptor) }
        var status = msgctl_file_status()
        guard fsync(descriptor) == 0, msgctl_status_of_descriptor(descriptor, &status) == 0,
            rename(partial, target.databasePath) == 0
        else { throw unwritable(errno) }
        target.synchronize()
        return Int(status.size)
    }

    private func opening(_ path: String, _ open: () throws -> DatabaseQueue) throws -> DatabaseQueue {
        do {
            return try open()
        } catch {
            throw MsgError(opening: path, error)
        }
    }

    private func told(_ error: DatabaseError) -> MsgError {
        switch error.resultCode {
        case .SQLITE_FULL:
            MsgError(
                .unavailable, "There is no space left for the copy in \(target.path); make some and try again.",
                cause: error)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: damaged(error.message ?? "no reason given")
        case .SQLITE_IOERR:
            MsgError(
                .unavailable, "\(source.path) can't be read or \(target.path) can't be written; check their disks.",
                cause: error)
        default: MsgError(sqlite: error)
        }
    }

    private func damaged(_ reason: String) -> MsgError {
        MsgError(.unavailable, "\(source.databasePath) is damaged (\(reason)); no copy was kept.")
    }

    private func unwritable(_ number: Int32) -> MsgError {
        MsgError(
            .unavailable, "The copy in \(target.path) can't be put on disk (\(DataDirectory.reason(number))).")
    }

    private func remove(_ partial: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(partial + suffix) }
    }
}
