import MsgKit
import Synchronization

/// The answer that a caller waits for and another thread gives; the first answer counts.
final class Reply<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, any Error>)
        case answered(Result<Value, any Error>)
        case done
    }

    private let state = Mutex(State.open)

    /// Whether nobody waits for an answer any more.
    var isAnswered: Bool {
        state.withLock { state in
            switch state {
            case .open, .awaited: false
            case .answered, .done: true
            }
        }
    }

    /// Returns false when there was an answer before.
    @discardableResult
    func answer(_ result: Result<Value, any Error>) -> Bool {
        let (isFirst, continuation) = state.withLock { state in
            switch state {
            case .open:
                state = .answered(result)
                return (true, CheckedContinuation<Value, any Error>?.none)
            case .awaited(let continuation):
                state = .done
                return (true, continuation)
            case .answered, .done:
                return (false, nil)
            }
        }
        continuation?.resume(with: result)
        return isFirst
    }

    /// Waits for the answer; to be called once.
    /// - Parameters:
    ///   - limit: after which `late` is the answer.
    ///   - isCancellable: whether a cancelled task gets `CancellationError` at once.
    func value(within limit: Duration, orThrow late: MsgError, isCancellable: Bool = true) async throws -> Value {
        let timer = Task {
            try await Task.sleep(for: limit)
            answer(.failure(late))
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Value, any Error>? = state.withLock { state in
                    if case .answered(let result) = state {
                        state = .done
                        return result
                    }
                    state = .awaited(continuation)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            if isCancellable { answer(.failure(CancellationError())) }
        }
    }
}
