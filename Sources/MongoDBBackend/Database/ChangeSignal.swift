import MsgKit
import Synchronization

/// Wakes those who wait for something to change in this process.
final class ChangeSignal: Sendable {
    private struct State {
        var generation: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        /// Waiters whose time was over before they waited.
        var released: Set<UInt64> = []
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Counts the changes so far.
    var generation: UInt64 { state.withLock { $0.generation } }

    /// Notes a change.
    func notify() {
        let waiting = state.withLock { state in
            state.generation &+= 1
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns when there is a change after a generation, when a time has passed, or when the task is cancelled.
    func wait(after generation: UInt64, timeout: Duration) async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let timer = Task {
            guard (try? await Task.sleep(for: timeout)) != nil else { return }
            release(number)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.generation != generation || state.released.contains(number) { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            release(number)
        }
        timer.cancel()
        await timer.value
        state.withLock { _ = $0.released.remove(number) }
    }

    private func release(_ number: UInt64) {
        let continuation = state.withLock { state in
            let continuation = state.waiting.removeValue(forKey: number)
            if continuation == nil { state.released.insert(number) }
            return continuation
        }
        continuation?.resume()
    }
}
