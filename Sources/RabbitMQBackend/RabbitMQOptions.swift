import MsgKit

/// How the queue on RabbitMQ is used, with every bound and time limit.
public struct RabbitMQOptions: Sendable {
    public enum QueueType: String, Sendable, CaseIterable {
        /// On one node.
        case classic
        /// Replicated on several nodes.
        case quorum
    }

    /// Put before the names of all queues, so that several installations can share a virtual host.
    public var prefix = ""
    /// The type of the queues that are made; those that are there keep theirs and must have this one.
    public var queueType = QueueType.classic
    /// The steps of the pauses before a retry; the queues of these are made at the start and counted by the depth. A shorter
    /// pause waits in the queue of the next longer step; for a longer one a queue is made when it is asked for.
    public var retryDelays: [Duration]
    /// The most deliveries that this process has in its hands, 1…65535; no more are asked for until some are settled.
    public var prefetch: Int
    /// How long a delivery may stay in a worker's hands before it is given back to the queue. The broker's own limit
    /// (`consumer_timeout`, 30 minutes unless set) must be longer.
    public var visibilityTimeout: Duration
    /// The limit of one call as a whole; of a publishing call: of each ``publishBatch`` messages.
    public var operationTimeout = Duration.seconds(5)
    /// The limit for reaching the broker, TLS and log-in included. Looking its name up is not bounded by it, but callers
    /// don't wait for that longer than ``operationTimeout``.
    public var connectTimeout = Duration.seconds(2)
    /// How often the broker and this process show each other that they live; a connection that is silent twice as long is
    /// given up. Whole seconds; the URL's `heartbeat` is preferred.
    public var heartbeat = Duration.seconds(10)
    /// How long a stop waits for what is under way.
    public var closeTimeout = Duration.seconds(3)
    /// The limit of one operation on the dead letters as a whole.
    public var deadLetterTimeout = Duration.seconds(30)
    /// Messages published by one round of a call.
    public var publishBatch = 500
    /// Messages sent ahead of the broker's confirmation, over all callers.
    public var publishWindow = 1000
    /// Calls of each kind that wait at a time; one more is refused with ``ErrorCode/serverBusy``.
    public var maximumCalls = 1000
    /// Messages waiting to be published or confirmed; a call that would bring more is refused with
    /// ``ErrorCode/serverBusy``.
    public var maximumMessages = 20_000
    /// Bytes of a message's body that are read; a longer one can be no job and goes to the dead letters cut.
    public var maximumBody = 256 * 1024
    /// The oldest dead letters that an operation has at a time, of those it looks for; what comes after is shown once some
    /// of these are gone.
    public var maximumDeadLetters = 10_000
    /// Dead letters that it passes by on the way to these.
    public var maximumDeadLettersPassed = 100_000
    /// Bytes of the dead letters that it has at a time.
    public var maximumDeadLetterBytes = 64 * 1024 * 1024
    /// Different pauses for which queues are made; still longer ones use the longest of these.
    public var maximumRetryQueues = 64
    /// The first and the longest pause after a connection could not be made; calls meanwhile fail at once.
    public var reconnectPause = (first: Duration.milliseconds(250), longest: Duration.seconds(5))
    /// What the broker shows as the name of the connections.
    public var connectionName = "msgctl"

    public init(
        prefix: String = "", queueType: QueueType = .classic,
        retryDelays: [Duration] = [.seconds(5), .seconds(30), .seconds(300)], prefetch: Int = 256,
        visibilityTimeout: Duration = .seconds(60)
    ) {
        self.prefix = prefix
        self.queueType = queueType
        self.retryDelays = retryDelays
        self.prefetch = max(1, min(prefetch, Int(UInt16.max)))
        self.visibilityTimeout = visibilityTimeout
    }
}
