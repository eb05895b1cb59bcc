import NIOCore
import Synchronization

/// Counts what must be done before a shutdown is complete.
final class BusyCounter: Sendable {
    private struct State {
        var count = 0
        var waiting: [EventLoopPromise<Void>] = []
    }

    private let state = Mutex(State())

    func enter() {
        state.withLock { $0.count += 1 }
    }

    func leave() {
        let done = state.withLock { state in
            state.count -= 1
            guard state.count == 0 else { return [EventLoopPromise<Void>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for promise in done { promise.succeed() }
    }

    /// Returns when the count is zero, or after `limit`.
    func waitUntilIdle(limit: TimeAmount, on eventLoop: any EventLoop) async {
        let idle = eventLoop.makePromise(of: Void.self)
        let isIdle = state.withLock { state in
            if state.count > 0 { state.waiting.append(idle) }
            return state.count == 0
        }
        if isIdle { idle.succeed() }
        let timer = eventLoop.scheduleTask(in: limit) { self.giveUp(waiting: idle) }
        // The promise is only ever succeeded: by whoever takes it off the list.
        try? await idle.futureResult.get()
        timer.cancel()
    }

    private func giveUp(waiting promise: EventLoopPromise<Void>) {
        let isWaiting = state.withLock { state in
            let index = state.waiting.firstIndex(of: promise)
            if let index { state.waiting.remove(at: index) }
            return index != nil
        }
        if isWaiting { promise.succeed() }
    }
}
