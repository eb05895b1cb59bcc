import GRDB

/// Writes that are committed in one transaction, each wholly or not at all.
///
/// A savepoint for each operation would cost a tenth of what it does, so there are none at first: most operations that
/// throw have only looked, and nothing has to be undone. When one throws that has written, all begins anew with savepoints.
struct WriteBatch {
    struct Outcome {
        /// What tells the callers, to be called once all is committed. Those that failed alone too: what made them fail may
        /// be another operation of the same transaction.
        var answers: [@Sendable () -> Void] = []
        var topics: ChangeTopics = []

        fileprivate mutating func add(_ answer: @escaping @Sendable () -> Void, of operation: WriteOperation) {
            answers.append(answer)
            topics.formUnion(operation.topics)
        }
    }

    let operations: [WriteOperation]

    /// - Throws: what keeps all of them from being stored; nothing is then.
    func commit(in database: Database) throws -> Outcome {
        do {
            let outcome = try run(in: database)
            try Self.run("COMMIT TRANSACTION", in: database)
            return outcome
        } catch {
            rollBack(database)
            throw error
        }
    }

    private func run(in database: Database) throws -> Outcome {
        try Self.run("BEGIN IMMEDIATE TRANSACTION", in: database)
        if let outcome = try runTogether(in: database) { return outcome }
        try database.rollback()
        try Self.run("BEGIN IMMEDIATE TRANSACTION", in: database)
        return try runApart(in: database)
    }

    /// nil when one has failed that has to be undone.
    private func runTogether(in database: Database) throws -> Outcome? {
        var outcome = Outcome()
        let schema = try Self.schemaVersion(of: database)
        for operation in operations {
            let changes = database.totalChanges
            do {
                outcome.add(try operation.run(database), of: operation)
            } catch let error where Self.isOwn(error, in: database) {
                // Changes of the schema are not counted among those of rows.
                let isUnchanged = try Self.schemaVersion(of: database) == schema && database.totalChanges == changes
                guard isUnchanged else { return nil }
                outcome.answers.append { operation.fail(error) }
            }
        }
        return outcome
    }

    private func runApart(in database: Database) throws -> Outcome {
        var outcome = Outcome()
        for operation in operations {
            do {
                try database.run("SAVEPOINT operation")
                let answer = try operation.run(database)
                try database.run("RELEASE operation")
                outcome.add(answer, of: operation)
            } catch let error where Self.isOwn(error, in: database) {
                try database.run("ROLLBACK TO operation")
                try database.run("RELEASE operation")
                outcome.answers.append { operation.fail(error) }
            }
        }
        return outcome
    }

    /// What begins and ends transactions: GRDB has to know of it, but need not compile it each time.
    private static func run(_ sql: String, in database: Database) throws {
        try database.cachedStatement(sql: sql).execute()
    }

    private static func schemaVersion(of database: Database) throws -> Int64 {
        try database.number("PRAGMA schema_version")
    }

    /// Whether an error concerns its operation only. When the disk is at fault, or SQLite has ended the transaction, no
    /// other operation would fare better.
    private static func isOwn(_ error: any Error, in database: Database) -> Bool {
        guard database.isInsideTransaction else { return false }
        guard let failure = error as? DatabaseError else { return true }
        return switch failure.resultCode {
        // Damage that a row's decoding found is that operation's own; only SQLite's has a statement.
        case .SQLITE_CORRUPT: failure.sql == nil
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOTADB, .SQLITE_NOMEM, .SQLITE_READONLY, .SQLITE_CANTOPEN,
            .SQLITE_BUSY:
            false
        default: true
        }
    }

    private func rollBack(_ database: Database) {
        guard database.isInsideTransaction else { return }
        // SQLite rolls back by itself when it closes the connection; nothing else can be done about a failure here.
        try? database.rollback()
    }
}
