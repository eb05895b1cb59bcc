import Synchronization

/// A request and whoever waits for its answer; it ends once, by an answer, a failure or a cancellation.
final class PendingRequest: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<HTTPAnswer, any Error>)
        case over
    }

    let request: HTTPRequest
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State.new)

    init(_ request: HTTPRequest, deadline: ContinuousClock.Instant) {
        self.request = request
        self.deadline = deadline
    }

    /// Whether nobody waits any more.
    var isOver: Bool {
        state.withLock { if case .over = $0 { true } else { false } }
    }

    /// Lets somebody wait; false, after telling them, when it was cancelled before.
    func wait(_ continuation: CheckedContinuation<HTTPAnswer, any Error>) -> Bool {
        let isNew = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !isNew { continuation.resume(throwing: CancellationError()) }
        return isNew
    }

    func finish(_ result: Result<HTTPAnswer, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<HTTPAnswer, any Error>? in
            defer { state = .over }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(with: result)
    }
}
