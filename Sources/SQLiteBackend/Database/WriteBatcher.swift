import DequeModule
import Foundation
import GRDB
import MsgKit
import Synchronization

/// Commits writes together: whatever waits when the writer becomes free goes into one transaction, so that many
/// callers share one wait for the disk. Nobody waits for company: a write that comes alone is committed alone.
///
/// An operation that throws is undone by itself; the others are committed. A commit that fails fails every caller of its
/// transaction. See ``WriteBatch``.
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
    private let file: OpenedFile
    private let signal: ChangeSignal
    private let state = Mutex(State())

    init(pool: DatabasePool, file: OpenedFile, signal: ChangeSignal) {
        self.pool = pool
        self.file = file
        self.signal = signal
    }

    /// Runs a write and returns its result when it is on disk. The body may touch nothing but the database, because it may
    /// be run twice: what the first run did is undone before.
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

    var use: (isWriting: Bool, waiting: Int) { state.withLock { ($0.isWriting, $0.waiting.count) } }

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
        while let batch = nextBatch() {
            commit(batch, in: database)
            // On busy processors those who were just answered get to write again, and the next batch is larger for it.
            sched_yield()
        }
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
        let outcome: WriteBatch.Outcome
        do {
            outcome = try WriteBatch(operations: batch).commit(in: database)
            // Nobody finds again what was committed to a file that is not there any more.
            try file.requireInPlace()
        } catch {
            for operation in batch { operation.fail(error) }
            return
        }
        state.withLock { $0.commits += 1 }
        signal.notify(outcome.topics)
        for answer in outcome.answers { answer() }
    }
}
