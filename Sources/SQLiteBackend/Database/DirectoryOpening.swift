import Foundation
import MsgKit

/// How a process comes to hold a data directory: shared with others when the schema is current, alone while it
/// changes the schema.
struct DirectoryOpening: Sendable {
    /// How long to wait for a process that is changing the schema, or that looks at it at the same moment.
    static let patience: TimeInterval = 5

    let directory: DataDirectory
    let migrator: Migrator
    let version: String

    /// Calls `open` with the schema's missing steps while the directory is held the way they need.
    ///
    /// Two processes that find a fresh directory at once both succeed: one makes the schema, the other waits for it.
    func hold(_ open: ([Migration]) throws -> Void) throws -> DirectoryHolding {
        let registry = ProcessRegistry(directory: directory)
        let lock = try LockFile(path: directory.lockPath)
        let entry = try registry.enter(version: version, schema: migrator.currentVersion)
        let holding = DirectoryHolding(registry: registry, entry: entry, lock: lock)
        do {
            let deadline = Date().addingTimeInterval(Self.patience)
            while true {
                if lock.tryLock(.shared) {
                    let schema = try migrator.version(in: directory)
                    try migrator.check(schema, in: directory, program: version)
                    if schema == migrator.currentVersion {
                        try open([])
                        return holding
                    }
                    lock.unlock()
                    if lock.tryLock(.exclusive) {
                        // Looked at again: another process may have been quicker between the two locks.
                        try open(migrator.pending(after: try migrator.version(in: directory)))
                        try settle(lock)
                        return holding
                    }
                }
                // Processes that are opening too are gone from the lock within a moment; one that works is not.
                guard Date() < deadline else { throw inUse(by: registry.others(than: entry)) }
                usleep(useconds_t.random(in: 5_000...20_000))
            }
        } catch {
            holding.leave()
            throw error
        }
    }

    /// Makes the exclusive lock a shared one. The kernel may give it up in between, to another process that changes
    /// nothing, because the schema is current, and soon goes on.
    private func settle(_ lock: LockFile) throws {
        let deadline = Date().addingTimeInterval(Self.patience)
        while !lock.tryLock(.shared) {
            guard Date() < deadline else { throw inUse(by: []) }
            usleep(5_000)
        }
    }

    private func inUse(by others: [String]) -> MsgError {
        let who = others.isEmpty ? "another process" : others.joined(separator: ", ")
        return MsgError(
            .leaseHeld,
            """
            The data directory \(directory.path) has to be brought to schema \(migrator.currentVersion), but it is in \
            use by \(who); stop it and run again.
            """)
    }
}
