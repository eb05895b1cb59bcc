import NIOCore

/// What the sessions of one event loop share: their timers, and the list of those to flush at the end of this tick.
///
/// `@unchecked Sendable`: every mutable part is touched on `eventLoop` only; each method checks it in debug builds.
final class LoopState: @unchecked Sendable {
    let eventLoop: any EventLoop
    let pings: TimeoutQueue
    let pongs: TimeoutQueue
    let upgrades: TimeoutQueue
    let goodbyes: TimeoutQueue
    private var toFlush: [EngineIOSession] = []

    init(eventLoop: any EventLoop, configuration: EngineIOConfiguration) {
        self.eventLoop = eventLoop
        pings = TimeoutQueue(interval: configuration.pingInterval, eventLoop: eventLoop)
        pongs = TimeoutQueue(interval: configuration.pingTimeout, eventLoop: eventLoop)
        upgrades = TimeoutQueue(interval: configuration.upgradeTimeout, eventLoop: eventLoop)
        goodbyes = TimeoutQueue(interval: configuration.closeTimeout, eventLoop: eventLoop)
    }

    /// Has `session` flushed once, after everything that this tick of the loop still writes.
    func flushLater(_ session: EngineIOSession) {
        eventLoop.assertInEventLoop()
        toFlush.append(session)
        guard toFlush.count == 1 else { return }
        eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        let sessions = toFlush
        toFlush = []
        // The next tick will likely flush as many.
        toFlush.reserveCapacity(sessions.count)
        for session in sessions { session.flush() }
    }
}
