import MsgKit
import Synchronization

/// A caller that waits for an answer, and gets exactly one: the result, or that it was cancelled or came too late.
final class PendingCall<Value: Sendable>: Sendable {
    private enum State {
        /// Nobody waits yet.
        case new
        /// Cancelled before anybody waited.
        case cancelled
        case waiting(CheckedContinuation<Value, any Error>)
        /// Its work has begun; from now on it can't be cancelled.
        case running(CheckedContinuation<Value, any Error>)
        case settled
    }

    let deadline: ContinuousClock.Instant
    private let state = Mutex(State.new)

    init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

    /// Waits for the answer, from whomever `enqueue` hands the call to.
    func value(_ enqueue: () -> Void) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if case .cancelled = state {
                        state = .settled
                        return true
                    }
                    state = .waiting(continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) } else { enqueue() }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Whether nobody waits for an answer any more.
    var isSettled: Bool { state.withLock { if case .settled = $0 { true } else { false } } }

    /// Notes that the work begins; false when nobody waits for it any more.
    func begin() -> Bool {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return false }
            state = .running(continuation)
            return true
        }
    }

    /// Answers; only the first answer counts.
    func settle(_ result: Result<Value, any Error>) {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .waiting(let continuation), .running(let continuation):
                state = .settled
                return continuation
            case .new, .cancelled, .settled: return nil
            }
        }
        continuation?.resume(with: result)
    }

    private func cancel() {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .new: state = .cancelled
            case .waiting(let continuation):
                state = .settled
                return continuation
            case .cancelled, .running, .settled: break
            }
            return nil
        }
        continuation?.resume(throwing: CancellationError())
    }
}
