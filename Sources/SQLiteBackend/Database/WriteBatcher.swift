import DequeModule
import GRDB
import MsgKit
import Synchronization

/// Commits writes together: whatever waits when the writer becomes free goes into one transaction, so that many
/// callers share one wait for the disk. Nobody waits for company: a write that comes alone is committed alone.
///
/// Each operation is a savepoint. One that throws is undone by itself; the others are committed. A commit that fails
/// fails every caller of its transaction.
final class WriteBatcher: Sendable {
    /// How many operations share a transaction; more would only let the first wait longer.
    static let maximumBatch = 256
    /// How many may wait; the next caller is told that the server is busy.
    static let maximumWaiting = 10_000

    private struct State {
        var waiting: Deque<WriteOperation> = []
        var isWriting = false
        var isClosed = false
        var commits = 0
    }

    private let pool: DatabasePool
    private let signal: ChangeSignal
    private let state = Mutex(State())

    init(pool: DatabasePool, signal: ChangeSignal) {
        self.pool = pool
        self.signal = signal
    }

    /// Runs a write and returns its result when it is on disk. The body may touch nothing but the database.
    func write<Value: Sendable>(
        _ topics: ChangeTopics, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(WriteOperation(topics, body, continuation))
        }
    }

    /// How many wait, and how many transactions were committed so far.
    var figures: (waiting: Int, commits: Int) {
        state.withLock { ($0.waiting.count, $0.commits) }
    }

    /// Takes no more writes; those that wait are still done.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    private func enqueue(_ operation: WriteOperation) {
        let outcome: Result<Bool, MsgError> = state.withLock { state in
            guard !state.isClosed else { return .failure(MsgError(.unavailable, "The storage is closed.")) }
            guard state.waiting.count < Self.maximumWaiting else {
                return .failure(MsgError(.serverBusy, "Too many writes are waiting; try again in a moment."))
            }
            state.waiting.append(operation)
            defer { state.isWriting = true }
            return .success(!state.isWriting)
        }
        switch outcome {
        case .failure(let error): operation.fail(error)
        case .success(true): pool.asyncWriteWithoutTransaction { self.drain($0) }
        case .success(false): break
        }
    }

    private func drain(_ database: Database) {
        while let batch = nextBatch() { commit(batch, in: database) }
    }

    private func nextBatch() -> [WriteOperation]? {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.maximumBatch))
            state.waiting.removeFirst(batch.count)
            if batch.isEmpty { state.isWriting = false }
            return batch.isEmpty ? nil : batch
        }
    }

    private func commit(_ batch: [WriteOperation], in database: Database) {
        // Callers are told only after the commit, those that failed alone too: what made them fail may be another
        // operation of the same transaction.
        var answers: [@Sendable () -> Void] = []
        var topics: ChangeTopics = []
        do {
            try database.beginTransaction(.immediate)
            for operation in batch {
                do {
                    let succeed = try attempt(operation, in: database, alone: batch.count == 1)
                    answers.append(succeed)
                    topics.formUnion(operation.topics)
                } catch let error where database.isInsideTransaction && !Self.spoilsAll(error) {
                    answers.append { operation.fail(error) }
                }
            }
            try database.commit()
        } catch {
            rollBack(database)
            for operation in batch { operation.fail(error) }
            return
        }
        state.withLock { $0.commits += 1 }
        signal.notify(topics)
        for answer in answers { answer() }
    }

    private func attempt(
        _ operation: WriteOperation, in database: Database, alone: Bool
    ) throws -> @Sendable () -> Void {
        // With nobody else in the transaction its rollback is the operation's.
        if alone {
            do {
                return try operation.run(database)
            } catch {
                rollBack(database)
                throw error
            }
        }
        try database.run("SAVEPOINT operation")
        do {
            let succeed = try operation.run(database)
            try database.run("RELEASE operation")
            return succeed
        } catch {
            if database.isInsideTransaction {
                try database.run("ROLLBACK TO operation")
                try database.run("RELEASE operation")
            }
            throw error
        }
    }

    /// Whether an error says that the disk, not the operation, is at fault: no other operation would fare better.
    private static func spoilsAll(_ error: any Error) -> Bool {
        guard let failure = error as? DatabaseError else { return false }
        return switch failure.resultCode {
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_NOMEM, .SQLITE_READONLY,
            .SQLITE_CANTOPEN, .SQLITE_BUSY:
            // Damage that a row's decoding found is that operation's own; only SQLite's has a statement.
            failure.resultCode != .SQLITE_CORRUPT || failure.sql != nil
        default: false
        }
    }

    private func rollBack(_ database: Database) {
        guard database.isInsideTransaction else { return }
        // SQLite rolls back by itself when it closes the connection; nothing else can be done about a failure here.
        try? database.rollback()
    }
}
