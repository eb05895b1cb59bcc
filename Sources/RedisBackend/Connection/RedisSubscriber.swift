import Logging
import MsgKit
import NIOCore
import Synchronization

/// Listens to channels over a connection of its own, and subscribes again whenever that is made anew.
///
/// `@unchecked Sendable`: `confirmations`, `isAsked`, `keepAlive` and `hadBegun` are touched on the loop only, checked
/// in debug builds; the rest is constant or behind a lock.
final class RedisSubscriber: @unchecked Sendable {
    private struct Waiting {
        var isSubscribed = false
        var isClosed = false
        var continuations: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        var next: UInt64 = 0
    }

    private let channels: [String]
    private let patterns: [String]
    private let keepAliveInterval: Duration
    private let link: RedisLink
    private let logger: Logger
    private let subscribed: @Sendable () -> Void
    private let received: @Sendable (_ channel: String, _ payload: [UInt8]) -> Void
    private let waiting = Mutex(Waiting())
    /// How many channels and patterns are still to be confirmed.
    private var confirmations = 0
    private var hadBegun = false
    private var lastReceived = NIODeadline.now()
    private var isAsked = false
    private var keepAlive: RepeatedTask?

    /// - Parameters:
    ///   - subscribed: called whenever it listens from then on, before any message.
    ///   - received: called on the connection's loop, in the order of the messages.
    init(
        connector: RedisConnector, channels: [String], patterns: [String], eventLoop: any EventLoop, logger: Logger,
        subscribed: @escaping @Sendable () -> Void = {},
        received: @escaping @Sendable (String, [UInt8]) -> Void
    ) {
        self.channels = channels
        self.patterns = patterns
        keepAliveInterval = connector.options.keepAliveInterval
        link = RedisLink(connector: connector, eventLoop: eventLoop, logger: logger)
        self.logger = logger
        self.subscribed = subscribed
        self.received = received
    }

    func start() {
        link.eventLoop.execute { [self] in
            link.start(
                RedisLink.Events(
                    opened: { _ in self.opened() }, received: { self.take($0) }, lost: { _ in self.lost() },
                    failed: { _ in }))
            let interval = TimeAmount(keepAliveInterval)
            keepAlive = link.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
                self.ask()
            }
        }
    }

    /// True when it listens; false when it does not within the limit, or the task is cancelled.
    func waitUntilSubscribed(limit: Duration) async -> Bool {
        let number = waiting.withLock { waiting in
            waiting.next += 1
            return waiting.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = waiting.withLock { waiting in
                    if waiting.isSubscribed { return true }
                    if waiting.isClosed || Task.isCancelled { return false }
                    waiting.continuations[number] = continuation
                    return nil
                }
                if let answer { return continuation.resume(returning: answer) }
                Task {
                    try? await Task.sleep(for: limit)
                    self.settle(number, false)
                }
            }
        } onCancel: {
            settle(number, false)
        }
    }

    private func settle(_ number: UInt64, _ answer: Bool) {
        waiting.withLock { $0.continuations.removeValue(forKey: number) }?.resume(returning: answer)
    }

    func close() async {
        let closing = link.eventLoop.submit { [self] in
            keepAlive?.cancel()
            link.close()
            settleAll(false) { $0.isClosed = true }
        }
        // Fails only when the loop has ended, and the connection with it.
        try? await closing.get()
    }

    private func settleAll(_ answer: Bool, _ change: (inout Waiting) -> Void) {
        let continuations = waiting.withLock { waiting in
            change(&waiting)
            defer { waiting.continuations = [:] }
            return waiting.continuations.values
        }
        for continuation in continuations { continuation.resume(returning: answer) }
    }

    // MARK: On the loop

    private func opened() {
        lastReceived = .now()
        isAsked = false
        confirmations = channels.count + patterns.count
        var subscribe = RedisCommand("SUBSCRIBE")
        subscribe.append(contentsOf: channels)
        var subscribePatterns = RedisCommand("PSUBSCRIBE")
        subscribePatterns.append(contentsOf: patterns)
        send(subscribe, subscribePatterns)
    }

    private func send(_ commands: RedisCommand...) {
        var buffer = ByteBuffer()
        do throws(RedisFailure) {
            for command in commands { try command.write(into: &buffer) }
            link.write(buffer)
        } catch {
            link.drop(error)
        }
    }

    private func take(_ value: RedisValue) {
        lastReceived = .now()
        isAsked = false
        if case .error(let text) = value { return link.drop(.refused(text)) }
        guard let values = value.array, let kind = values.first?.string else {
            return link.drop(.malformedReply("no message of a channel"))
        }
        switch (kind, values.count) {
        case ("message", 3): deliver(values[1], values[2])
        case ("pmessage", 4): deliver(values[2], values[3])
        case ("subscribe", _), ("psubscribe", _): confirmed()
        default: break
        }
    }

    private func deliver(_ channel: RedisValue, _ payload: RedisValue) {
        guard let channel = channel.string, let payload = payload.bytes else { return }
        received(channel, payload)
    }

    private func confirmed() {
        confirmations -= 1
        guard confirmations == 0 else { return }
        link.settled()
        if hadBegun { logger.notice("events of other processes come again") }
        hadBegun = true
        subscribed()
        settleAll(true) { $0.isSubscribed = true }
    }

    private func lost() {
        let wasSubscribed = waiting.withLock { waiting in
            defer { waiting.isSubscribed = false }
            return waiting.isSubscribed
        }
        if wasSubscribed, !link.isClosed {
            logger.warning("events of other processes may be lost until Redis is back")
        }
    }

    /// Nothing else would tell that a silent connection has ended.
    private func ask() {
        guard link.isOpen, NIODeadline.now() - lastReceived >= TimeAmount(keepAliveInterval / 2) else { return }
        guard !isAsked else { return link.drop(.commandTimeout) }
        isAsked = true
        send(RedisCommand("PING"))
    }
}
