import Foundation
import GRDB
import Logging
import MsgKit
import Synchronization

/// The database of one data directory, as every store of this backend uses it: one writer that commits in groups, a
/// few readers, and the signal that wakes those who wait for changes.
final class SQLiteDatabase: Sendable {
    /// How long, in seconds, to wait for another process's write to end.
    static let busyTimeout: TimeInterval = 5
    /// How many reads may be under way or waiting; the next caller is told that the server is busy.
    static let maximumReads = 10_000

    let directory: DataDirectory
    let pool: DatabasePool
    let signal: ChangeSignal
    let clock: any WallClock
    let logger: Logger
    /// The names of the schema steps that opening applied.
    let appliedMigrations: [String]
    let file: OpenedFile
    let batcher: WriteBatcher
    private let readers: Int
    private let holding: DirectoryHolding
    private let reads = Atomic<Int>(0)
    private let closed = Atomic<Bool>(false)

    /// Opens the database of a directory, makes it when it is not there, and brings its schema up to date. Blocks.
    init(directory: DataDirectory, options: SQLiteOptions, logger: Logger, clock: any WallClock) throws {
        try directory.prepare()
        let migrator = Migrator(migrations: options.migrations)
        let opening = DirectoryOpening(directory: directory, migrator: migrator, version: options.version)
        var applied: [String] = []
        var opened: DatabasePool?
        holding = try opening.hold { pending in
            let pool = try Self.openPool(directory, options)
            if !pending.isEmpty { applied = try Self.migrate(pool, by: migrator, in: directory, at: clock.now) }
            opened = pool
        }
        guard let opened else { throw MsgError(.internalError, "The database was not opened.") }
        do {
            pool = opened
            signal = try ChangeSignal(path: directory.databasePath, logger: logger)
        } catch {
            throw MsgError(opening: directory.databasePath, error)
        }
        self.directory = directory
        readers = options.readers
        file = OpenedFile(path: directory.databasePath)
        self.clock = clock
        self.logger = logger
        appliedMigrations = applied
        batcher = WriteBatcher(pool: pool, file: file, signal: signal)
    }

    /// Reads a snapshot of the database on one of its reader connections.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        guard reads.wrappingAdd(1, ordering: .relaxed).oldValue < Self.maximumReads else {
            reads.wrappingSubtract(1, ordering: .relaxed)
            throw MsgError(.serverBusy, "Too many reads are waiting; try again in a moment.")
        }
        defer { reads.wrappingSubtract(1, ordering: .relaxed) }
        do {
            return try await pool.read(body)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw MsgError(sqlite: error)
        }
    }

    /// Runs a write, as one step that happens wholly or not at all, and returns when it is on disk.
    func write<Value: Sendable>(
        _ topics: ChangeTopics = [], _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await batcher.write(topics, body)
        } catch {
            throw MsgError(sqlite: error)
        }
    }

    /// How busy the readers and the writer are.
    var use: [PoolUse] {
        let reads = reads.load(ordering: .relaxed)
        let writes = batcher.use
        return [
            PoolUse(
                name: "sqlite_readers", size: readers, inUse: min(reads, readers), waiting: max(0, reads - readers)),
            PoolUse(name: "sqlite_writer", size: 1, inUse: writes.isWriting ? 1 : 0, waiting: writes.waiting),
        ]
    }

    /// Whether it was closed; nothing can be read or written any more.
    var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Ends everything after the writes that wait; blocks. Closing twice is no error.
    func close() throws {
        guard !closed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        batcher.close()
        do {
            try signal.close()
            try pool.close()
            try foldWriteAheadLog()
        } catch {
            throw MsgError(sqlite: error)
        }
        holding.leave()
    }

    private static func migrate(
        _ pool: DatabasePool, by migrator: Migrator, in directory: DataDirectory, at instant: Date
    ) throws -> [String] {
        do {
            return try migrator.apply(to: pool, at: instant)
        } catch {
            throw MsgError(opening: directory.databasePath, error)
        }
    }

    /// The pool closes its readers last, and those may not write. A connection that may, when it is the last one of all
    /// processes, moves the log into the database as it closes.
    private func foldWriteAheadLog() throws {
        do {
            let last = try DatabaseQueue(path: directory.databasePath)
            _ = try last.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
            try last.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // It is not the last one: another process opens, closes or folds at this moment.
        }
    }

    private static func openPool(_ directory: DataDirectory, _ options: SQLiteOptions) throws -> DatabasePool {
        var configuration = GRDB.Configuration()
        configuration.label = "msgctl"
        configuration.maximumReaderCount = options.readers
        configuration.foreignKeysEnabled = true
        // Retrying each millisecond instead of SQLite's growing pauses, which would let a busy process starve the others.
        configuration.busyMode = .callback { tries in
            usleep(1_000)
            return Double(tries) * 0.001 < busyTimeout
        }
        configuration.prepareDatabase { [trace = options.trace] database in
            if let trace {
                database.trace { if case .statement(let statement) = $0 { trace(statement.sql) } }
            }
            try database.execute(
                sql: """
                    PRAGMA fullfsync = ON;
                    PRAGMA wal_autocheckpoint = 2000;
                    PRAGMA journal_size_limit = 67108864;
                    PRAGMA cache_size = -16000;
                    PRAGMA temp_store = MEMORY;
                    """)
        }
        directory.prepareDatabase()
        do {
            let pool = try DatabasePool(path: directory.databasePath, configuration: configuration)
            // After opening, which sets NORMAL: an acknowledged write has to survive a power cut, so every commit waits
            // for the disk.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return pool
        } catch {
            throw MsgError(opening: directory.databasePath, error)
        }
    }
}
