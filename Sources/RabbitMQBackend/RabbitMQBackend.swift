import Logging
import MsgKit

/// The job queue and its dead letters on RabbitMQ 3.8 or later.
///
/// Connections are made when they are needed and made again when they were lost; opening touches no network. While the
/// broker is away every call fails with ``ErrorCode/unavailable`` within ``RabbitMQOptions/operationTimeout``.
public struct RabbitMQBackend: Sendable {
    public let queue: any JobQueue
    public let deadLetters: any DeadLetterQueue
    public let probe: any HealthProbe
    /// The probe of a process that must not change anything: it makes no queues.
    public let inspection: any HealthProbe
    private let publisher: Publisher
    private let consumer: Consumer
    private let errands: BrokerErrands

    /// - Parameter url: `amqp://user:password@host:port/vhost`, or `amqps://` with TLS; see the operator's manual for the
    ///   parameters that it may have.
    /// - Throws: ``ErrorCode/configuration`` when the URL can't be used.
    public static func open(
        url: Secret, options: RabbitMQOptions = RabbitMQOptions(), logger: Logger,
        clock: any WallClock = SystemClock()
    ) throws -> RabbitMQBackend {
        let endpoint = try BrokerEndpoint(url)
        try endpoint.tls?.checkFiles()
        return try RabbitMQBackend(endpoint: endpoint, options: options, logger: logger, clock: clock)
    }

    private init(
        endpoint: BrokerEndpoint, options: RabbitMQOptions, logger: Logger, clock: any WallClock
    ) throws {
        let topology = QueueTopology(options)
        publisher = try Publisher(to: endpoint, topology: topology, options: options, logger: logger)
        consumer = try Consumer(to: endpoint, topology: topology, options: options, logger: logger)
        errands = BrokerErrands(to: endpoint, options: options)
        let writer = QueueWriter(
            publisher: publisher, errands: errands, topology: topology, options: options, logger: logger)
        queue = RabbitMQJobQueue(
            writer: writer, consumer: consumer, topology: topology, clock: clock, logger: logger)
        deadLetters = RabbitMQDeadLetterQueue(
            writer: writer, errands: errands, topology: topology, options: options, clock: clock, logger: logger)
        probe = QueueProbe(publisher: publisher)
        inspection = QueueInspection(errands: errands, topology: topology, options: options)
    }

    /// Lets what is under way finish, for a bounded time, and ends the connections; what is in hand goes back to the
    /// queue. Closing twice is no error.
    public func close() async {
        errands.stop()
        async let published: Void = publisher.stop()
        async let consumed: Void = consumer.stop()
        _ = await (published, consumed)
    }
}
