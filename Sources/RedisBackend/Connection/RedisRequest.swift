import NIOCore
import Synchronization

/// Some commands that were asked for together, and whoever waits for their replies.
final class RedisRequest: Sendable {
    private struct State {
        var replies: [RedisValue] = []
        var continuation: CheckedContinuation<[RedisValue], any Error>?
        /// What came before anybody waited.
        var result: Result<[RedisValue], any Error>?
        var isSettled = false
    }

    let commands: [RedisCommand]
    let deadline: NIODeadline
    /// The run of the server that it is meant for; any when nil.
    let runID: String?
    let size: Int
    private let state = Mutex(State())

    init(_ commands: [RedisCommand], deadline: NIODeadline, runID: String?) {
        self.commands = commands
        self.deadline = deadline
        self.runID = runID
        size = commands.reduce(0) { $0 + $1.size }
    }

    var isSettled: Bool { state.withLock { $0.isSettled } }

    func wait() async throws -> [RedisValue] {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state in
                    if state.result == nil { state.continuation = continuation }
                    return state.result
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            settle(.failure(CancellationError()))
        }
    }

    /// Takes a reply in; all of them when it was the last one.
    func receive(_ reply: RedisValue) -> [RedisValue]? {
        state.withLock { state in
            state.replies.append(reply)
            return state.replies.count == commands.count ? state.replies : nil
        }
    }

    /// Only the first result counts.
    func settle(_ result: Result<[RedisValue], any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<[RedisValue], any Error>? in
            guard !state.isSettled else { return nil }
            state.isSettled = true
            defer { state.continuation = nil }
            if state.continuation == nil { state.result = result }
            return state.continuation
        }
        continuation?.resume(with: result)
    }
}
