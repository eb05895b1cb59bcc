import DequeModule
import Synchronization

/// Messages between the connection and the one who does them. When it is full the oldest make room.
final class BusMessageQueue: Sendable {
    private struct State {
        var messages: Deque<BusMessage> = []
        var bytes = 0
        var dropped = 0
        var reader: CheckedContinuation<BusMessage?, Never>?
        var isFinished = false
    }

    private let maximumCount: Int
    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumCount: Int, maximumBytes: Int) {
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
    }

    func append(_ message: BusMessage) {
        let reader = state.withLock { state -> CheckedContinuation<BusMessage?, Never>? in
            guard !state.isFinished else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            state.messages.append(message)
            state.bytes += message.payload.count
            while state.messages.count > maximumCount || state.bytes > maximumBytes,
                let oldest = state.messages.popFirst()
            {
                state.bytes -= oldest.payload.count
                state.dropped += 1
            }
            return nil
        }
        reader?.resume(returning: message)
    }

    /// How many were dropped since the last call.
    func takeDropped() -> Int {
        state.withLock { state in
            defer { state.dropped = 0 }
            return state.dropped
        }
    }

    /// Nil when the task is cancelled, the queue finished, or somebody else waits.
    func next() async -> BusMessage? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (answer, isAnswered) = state.withLock { state -> (BusMessage?, Bool) in
                    if let message = state.messages.popFirst() {
                        state.bytes -= message.payload.count
                        return (message, true)
                    }
                    guard !state.isFinished, !Task.isCancelled, state.reader == nil else { return (nil, true) }
                    state.reader = continuation
                    return (nil, false)
                }
                if isAnswered { continuation.resume(returning: answer) }
            }
        } onCancel: {
            release { _ in }
        }
    }

    func finish() {
        release { $0.isFinished = true }
    }

    private func release(_ change: (inout State) -> Void) {
        let reader = state.withLock { state in
            change(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}
