import Foundation
import GRDB
import MsgKit

/// Brings a database to the schema of this program, one numbered step at a time.
struct Migrator: Sendable {
    var migrations: [Migration] = Migration.all

    /// The schema this program works with.
    var currentVersion: Int { migrations.last?.version ?? 0 }

    /// The schema of the database in a directory, which is only read; 0 when there is none.
    func version(in directory: DataDirectory) throws -> Int {
        guard try directory.isThere(), directory.hasDatabase else { return 0 }
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(SQLiteDatabase.busyTimeout)
        do {
            let queue = try DatabaseQueue(path: directory.databasePath, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { database in
                guard try database.tableExists("schema_migrations") else {
                    guard try database.number("SELECT count(*) FROM sqlite_master") == 0 else {
                        throw MsgError(
                            .configuration,
                            "\(directory.databasePath) is a database of another program; name another data directory.")
                    }
                    return 0
                }
                return Int(try database.number("SELECT max(version) FROM schema_migrations"))
            }
        } catch {
            throw MsgError(opening: directory.databasePath, error)
        }
    }

    /// The steps that a schema lacks.
    func pending(after version: Int) -> [Migration] {
        migrations.filter { $0.version > version }
    }

    /// Throws when a schema is newer than this program, which would not know what it reads.
    func check(_ version: Int, in directory: DataDirectory, program: String) throws {
        guard version > currentVersion else { return }
        throw MsgError(
            .configuration,
            """
            The data directory \(directory.path) has schema \(version), but msgctl \(program) knows schemas up to \
            \(currentVersion); run the newer msgctl that wrote it.
            """)
    }

    /// Applies what is missing, each step in a transaction, and returns the names of the steps.
    func apply(to pool: DatabasePool, at instant: Date) throws -> [String] {
        try pool.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS schema_migrations (
                        version INTEGER PRIMARY KEY, name TEXT NOT NULL, appliedAt INTEGER NOT NULL
                    ) STRICT
                    """)
            let steps = pending(after: Int(try database.number("SELECT max(version) FROM schema_migrations")))
            for step in steps {
                try database.inTransaction(.immediate) {
                    try database.execute(sql: step.statements)
                    try database.execute(
                        sql: "INSERT INTO schema_migrations (version, name, appliedAt) VALUES (?, ?, ?)",
                        arguments: [step.version, step.name, instant.stored])
                    return .commit
                }
            }
            return steps.map(\.name)
        }
    }
}
