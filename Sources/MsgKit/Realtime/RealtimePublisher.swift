import DequeModule
import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// Carries room commands to this process's sockets and to the other processes.
///
/// Events to rooms are notifications of what is stored: a client that missed one finds it by reading. They are done
/// locally at once and handed to the bus in the background, many at a time. What must have happened before an answer is
/// given (closing the sockets of an ended session, the worker's notification) goes through ``sendConfirmed(_:)``.
public final class RealtimePublisher: Service {
    /// How many commands wait for the bus at most; the oldest are dropped then, and the loss is logged.
    public static let maximumWaiting = 20_000
    /// How many commands go to the bus in one call at most.
    private static let batchSize = 512
    /// How long what comes next is gathered: each call asks the engine who listens.
    private static let pause = Duration.milliseconds(5)

    private struct Outbox {
        var waiting: Deque<RoomCommand> = []
        var dropped = 0
    }

    private let local: (any LocalRooms)?
    private let bus: any EventBus
    private let logger: Logger
    private let metrics: BusMetrics
    private let outbox = Mutex(Outbox())
    private let wake = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// - Parameter local: the sockets of this process; nil where there are none.
    public init(
        local: (any LocalRooms)?, bus: any EventBus, metrics: BusMetrics = BusMetrics(), logger: Logger
    ) {
        self.local = local
        self.bus = bus
        self.metrics = metrics
        self.logger = logger
    }

    /// Does the commands here, in their order, and queues them for the other processes.
    public func send(_ commands: [RoomCommand]) async {
        await perform(commands)
        outbox.withLock { outbox in
            outbox.waiting.append(contentsOf: commands)
            let excess = outbox.waiting.count - Self.maximumWaiting
            if excess > 0 {
                outbox.waiting.removeFirst(excess)
                outbox.dropped += excess
                metrics.dropped.increment(by: excess)
            }
            metrics.waiting.set(outbox.waiting.count)
        }
        wake.continuation.yield()
    }

    /// Does the commands here and returns once the bus has them.
    /// - Throws: what the bus throws; the commands have been done here all the same.
    public func sendConfirmed(_ commands: [RoomCommand]) async throws {
        await perform(commands)
        try await bus.publish(commands)
    }

    private func perform(_ commands: [RoomCommand]) async {
        guard let local else { return }
        for command in commands { await local.perform(command) }
    }

    /// Hands what waits to the bus until the service is stopped, then what is left.
    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var backoff = Backoff()
            for await _ in wake.stream {
                while !Task.isCancelled, !(await drain()) { try? await Task.sleep(for: backoff.next()) }
                backoff.reset()
                try? await Task.sleep(for: Self.pause)
            }
        }
        if !(await drain()) { logger.warning("events for other processes were lost at the stop: the bus is away") }
    }

    /// False when the bus did not take what waits; it waits on, in its place.
    private func drain() async -> Bool {
        while true {
            let (batch, dropped) = outbox.withLock { outbox in
                let batch = Array(outbox.waiting.prefix(Self.batchSize))
                outbox.waiting.removeFirst(batch.count)
                metrics.waiting.set(outbox.waiting.count)
                defer { outbox.dropped = 0 }
                return (batch, outbox.dropped)
            }
            if dropped > 0 {
                logger.warning(
                    "events for other processes were dropped: the bus is too slow", metadata: ["count": "\(dropped)"])
            }
            guard !batch.isEmpty else { return true }
            do {
                try await bus.publish(batch)
            } catch {
                logger.warning(
                    "events did not reach other processes and will be sent again",
                    metadata: ["count": "\(batch.count)", "error": "\(String(reflecting: error))"])
                outbox.withLock { outbox in
                    outbox.waiting.prepend(contentsOf: batch)
                    metrics.waiting.set(outbox.waiting.count)
                }
                return false
            }
        }
    }
}
