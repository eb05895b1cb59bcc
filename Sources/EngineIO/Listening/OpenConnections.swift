import NIOCore
import Synchronization

/// The connections of one listener.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosing = false
        var waiting: [EventLoopPromise<Void>] = []
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.channels.count } }

    /// Called before the connection reads anything.
    func add(_ channel: any Channel) {
        let isClosing = state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            return state.isClosing
        }
        if isClosing { channel.close(promise: nil) }
    }

    func remove(_ channel: any Channel) {
        let done = state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = nil
            guard state.channels.isEmpty else { return [EventLoopPromise<Void>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for promise in done { promise.succeed() }
    }

    /// Asks all to end with what they are at, and returns when the last has. After `deadline` they are closed.
    func close(deadline: TimeAmount, on eventLoop: any EventLoop) async {
        let empty = eventLoop.makePromise(of: Void.self)
        let channels = state.withLock { state in
            state.isClosing = true
            if !state.channels.isEmpty { state.waiting.append(empty) }
            return Array(state.channels.values)
        }
        if channels.isEmpty { empty.succeed() }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let timer = eventLoop.scheduleTask(in: deadline) { self.closeAll() }
        // The promise is only ever succeeded.
        try? await empty.futureResult.get()
        timer.cancel()
    }

    private func closeAll() {
        for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
    }
}
