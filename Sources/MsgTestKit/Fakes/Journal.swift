import Synchronization

/// What happened, in its order, for a test that waits until enough has.
public final class Journal<Entry: Sendable>: Sendable {
    /// What a test waited for did not come; how much came instead.
    public struct NothingCame: Error {
        public var count: Int
    }

    private struct Waiter {
        var condition: @Sendable ([Entry]) -> Bool
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var entries: [Entry] = []
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())

    public init() {}

    public var entries: [Entry] { state.withLock { $0.entries } }

    public func note(_ entry: Entry) {
        let woken = state.withLock { state in
            state.entries.append(entry)
            let numbers = state.waiters.filter { $0.value.condition(state.entries) }.map(\.key)
            return numbers.compactMap { state.waiters.removeValue(forKey: $0) }
        }
        for waiter in woken { waiter.continuation.resume(returning: true) }
    }

    /// Forgets what happened so far.
    public func clear() { state.withLock { $0.entries = [] } }

    /// Returns the entries once they fulfil a condition. `limit` only bounds the time a failing test takes.
    @discardableResult
    public func wait(
        limit: Duration = .seconds(30), until condition: @escaping @Sendable ([Entry]) -> Bool
    ) async throws -> [Entry] {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            self.state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume(returning: false)
        }
        defer { timer.cancel() }
        let came = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let isThere = state.withLock { state in
                guard !condition(state.entries) else { return true }
                state.waiters[number] = Waiter(condition: condition, continuation: continuation)
                return false
            }
            if isThere { continuation.resume(returning: true) }
        }
        let entries = entries
        guard came else { throw NothingCame(count: entries.count) }
        return entries
    }

    /// Returns the entries once there are so many.
    @discardableResult
    public func wait(for count: Int, limit: Duration = .seconds(30)) async throws -> [Entry] {
        try await wait(limit: limit) { $0.count >= count }
    }
}
