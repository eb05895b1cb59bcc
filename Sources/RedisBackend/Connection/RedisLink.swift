import Logging
import MsgKit
import NIOCore

/// A connection that is made anew whenever it ends, with growing pauses between tries that fail.
///
/// `@unchecked Sendable`: everything that changes is touched on `eventLoop` only, checked in debug builds.
final class RedisLink: @unchecked Sendable {
    /// What it tells its owner, on the loop.
    struct Events {
        /// The connection can be used.
        var opened: (_ runID: String?) -> Void
        var received: (RedisValue) -> Void
        /// The connection, which had been open, has ended.
        var lost: (any Error) -> Void
        /// A try to connect has failed.
        var failed: (any Error) -> Void
    }

    enum State {
        case idle
        case connecting
        case open(any Channel)
        /// Between two tries.
        case waiting(Scheduled<Void>)
        case closed
    }

    /// Whoever needs the connection now may cut a pause short, but not tries closer than this.
    private static let shortestPause = TimeAmount.milliseconds(100)

    let eventLoop: any EventLoop
    private let connector: RedisConnector
    private let logger: Logger
    private var events: Events?
    private(set) var state = State.idle
    private var attempt = 0
    /// Connected, while the server has not let us in yet.
    private var candidate: (any Channel)?
    private var lastAttempt = NIODeadline.distantPast
    private var backoff: Backoff
    private var wasOpen = false
    /// Why there is no connection; of a server that is away is told once, and not at every try.
    private(set) var trouble: RedisFailure?

    init(connector: RedisConnector, eventLoop: any EventLoop, logger: Logger) {
        self.connector = connector
        self.eventLoop = eventLoop
        self.logger = logger
        let delay = connector.options.reconnectDelay
        backoff = Backoff(from: delay.lowerBound, to: delay.upperBound)
    }

    var isOpen: Bool { if case .open = state { true } else { false } }
    var isClosed: Bool { if case .closed = state { true } else { false } }

    func start(_ events: Events) {
        eventLoop.assertInEventLoop()
        guard case .idle = state else { return }
        self.events = events
        connect()
    }

    /// Writes bytes; nothing happens when it is not open.
    func write(_ buffer: ByteBuffer) {
        eventLoop.assertInEventLoop()
        if case .open(let channel) = state { channel.writeAndFlush(buffer, promise: nil) }
    }

    /// Cuts the connection off, being of no use any more, and makes another.
    func drop(_ reason: RedisFailure) {
        eventLoop.assertInEventLoop()
        ended(attempt, reason)
    }

    /// Tries now, when it waits for the next try.
    func hurry() {
        eventLoop.assertInEventLoop()
        guard case .waiting(let next) = state, NIODeadline.now() - lastAttempt >= Self.shortestPause else { return }
        next.cancel()
        connect()
    }

    func close() {
        eventLoop.assertInEventLoop()
        let state = self.state
        self.state = .closed
        attempt += 1
        closeCandidate()
        switch state {
        case .open(let channel):
            channel.close(promise: nil)
            events?.lost(RedisFailure.closed)
        case .waiting(let next): next.cancel()
        case .connecting: events?.failed(RedisFailure.closed)
        case .idle, .closed: break
        }
        events = nil
    }

    private func connect() {
        attempt += 1
        lastAttempt = .now()
        let attempt = self.attempt
        state = .connecting
        // The bootstrap's own limit ends with the connection; TLS and AUTH have to be there by then too.
        let timer = eventLoop.scheduleTask(in: TimeAmount(connector.options.connectTimeout)) {
            self.ended(attempt, RedisFailure.connectTimeout)
        }
        let runID = NIOLoopBoundBox<String??>(.none, eventLoop: eventLoop)
        func open() {
            guard let answered = runID.value, let channel = candidate, attempt == self.attempt else { return }
            timer.cancel()
            opened(channel, runID: answered)
        }
        do {
            let connected = try connector.connect(
                on: eventLoop, isKnown: wasOpen,
                opened: { answer in
                    runID.value = .some(answer)
                    open()
                },
                received: { value in
                    if attempt == self.attempt { self.events?.received(value) }
                },
                ended: { error in
                    timer.cancel()
                    self.ended(attempt, error)
                })
            connected.assumeIsolated().whenComplete { result in
                switch result {
                case .success(let made):
                    guard attempt == self.attempt else { return made.close(promise: nil) }
                    self.candidate = made
                    open()
                case .failure(let error):
                    timer.cancel()
                    self.ended(attempt, error)
                }
            }
        } catch {
            timer.cancel()
            ended(attempt, error)
        }
    }

    private func opened(_ channel: any Channel, runID: String?) {
        candidate = nil
        wasOpen = true
        state = .open(channel)
        events?.opened(runID)
    }

    /// The connection has turned out to be of use: if it ends, the next is made at once.
    func settled() {
        eventLoop.assertInEventLoop()
        backoff.reset()
        if trouble != nil { logger.notice("Redis is back") }
        trouble = nil
    }

    private func closeCandidate() {
        let channel = candidate
        candidate = nil
        channel?.close(promise: nil)
    }

    private func ended(_ attempt: Int, _ error: any Error) {
        guard attempt == self.attempt else { return }
        let state = self.state
        // Whatever the old connection still tells is not listened to, not even that it is closed now.
        self.attempt += 1
        closeCandidate()
        switch state {
        case .open(let channel): channel.close(promise: nil)
        case .connecting: break
        case .idle, .waiting, .closed: return
        }
        let pause = backoff.next()
        self.state = .waiting(eventLoop.scheduleTask(in: TimeAmount(pause)) { self.connect() })
        let failure = RedisFailure(connection: error)
        let known = failure.msgError(from: connector.address)
        if known.code != trouble?.msgError(from: connector.address).code {
            let level: Logger.Level = known.code == .unavailable ? .warning : .error
            logger.log(
                level: level, "Redis can't be used; it is tried again and again",
                metadata: ["error": "\(known.operatorMessage)"], source: Logger.outages)
        }
        trouble = failure
        if case .open = state { events?.lost(failure) } else { events?.failed(failure) }
    }
}
