import Synchronization

/// Things that arrive, for a test that waits for the next one.
package final class Mailbox<Item: Sendable>: Sendable {
    package struct NothingCame: Error {}

    private struct State {
        var items: [Item] = []
        var waiting: (number: Int, continuation: CheckedContinuation<Item?, Never>)?
        var number = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var count: Int { state.withLock { $0.items.count } }

    package func put(_ item: Item) {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            if state.waiting == nil { state.items.append(item) }
            return state.waiting?.continuation
        }
        waiting?.resume(returning: item)
    }

    /// The next item. `limit` only bounds the time a failing test takes.
    package func next(limit: Duration = .seconds(10)) async throws -> Item {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            self.giveUp(number)
        }
        defer { timer.cancel() }
        let item = await withCheckedContinuation { (continuation: CheckedContinuation<Item?, Never>) in
            let first = state.withLock { state -> Item? in
                guard state.items.isEmpty else { return state.items.removeFirst() }
                state.waiting = (number, continuation)
                return nil
            }
            if let first { continuation.resume(returning: first) }
        }
        guard let item else { throw NothingCame() }
        return item
    }

    private func giveUp(_ number: Int) {
        let waiting = state.withLock { state -> CheckedContinuation<Item?, Never>? in
            guard let waiting = state.waiting, waiting.number == number else { return nil }
            state.waiting = nil
            return waiting.continuation
        }
        waiting?.resume(returning: nil)
    }
}
