import Synchronization
import UnixSignals

/// Lets a verb that ends by itself be told to end before: it stops between two steps, and gives back what it holds.
enum Interruption {
    private static let cancellation = Mutex<(@Sendable () -> Void)?>(nil)

    /// Does the program's work, as what a signal can cancel.
    static func perform(_ work: @escaping @Sendable () async -> Void) async {
        let task = Task { await work() }
        cancellation.withLock { $0 = { task.cancel() } }
        await task.value
    }

    /// Cancels the program's work at SIGTERM, SIGINT and SIGHUP while the body runs.
    static func honoured<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let watcher = Task {
            for await _ in signals { cancellation.withLock { $0 }?() }
        }
        defer { watcher.cancel() }
        return try await body()
    }
}
