import GRDB

/// A write that waits for its turn, with the type of its result erased.
struct WriteOperation: Sendable {
    let topics: ChangeTopics
    /// Runs the statements and returns what tells the caller of success, to be called once they are committed.
    let run: @Sendable (Database) throws -> @Sendable () -> Void
    /// Tells the caller of failure.
    let fail: @Sendable (any Error) -> Void

    init<Value: Sendable>(
        _ topics: ChangeTopics, _ body: @escaping @Sendable (Database) throws -> Value,
        _ continuation: CheckedContinuation<Value, any Error>
    ) {
        self.topics = topics
        run = { database in
            let value = try body(database)
            return { continuation.resume(returning: value) }
        }
        fail = { continuation.resume(throwing: $0) }
    }
}
