import Dispatch

/// Work that blocks its thread, on a thread that may be blocked.
enum BlockingWork {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            // A queue of its own: the global ones have as few threads as the machine has processors, and the database's
            // readers wait for the same.
            DispatchQueue(label: "msgctl.blocking").async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
