import Logging
import MsgKit

/// Publishes with confirms, on a connection of its own: a broker that takes no messages must not keep deliveries from
/// being settled.
final class Publisher: Sendable {
    private let thread: ConnectionThread<PublisherSession>
    private let endpoint: BrokerEndpoint
    private let options: RabbitMQOptions
    private let messages: CallLimit
    private let pings: CallLimit

    init(to endpoint: BrokerEndpoint, topology: QueueTopology, options: RabbitMQOptions, logger: Logger) throws {
        var named = options
        named.connectionName += " publisher"
        thread = try ConnectionThread(to: endpoint, options: named, logger: logger) { [named] in
            PublisherSession(endpoint: endpoint, topology: topology, options: named)
        }
        self.endpoint = endpoint
        self.options = options
        messages = CallLimit(options.maximumMessages)
        pings = CallLimit(options.maximumCalls)
    }

    /// Returns when the broker has said of every message that it is safe, or that there is no queue for it.
    /// - Throws: ``ErrorCode/unavailable`` when that is not known in time; some may have been published then.
    func publish(_ batch: [OutgoingMessage], isCancellable: Bool) async throws -> PublishRequest.Outcome {
        let request = PublishRequest(messages: batch, ticket: try messages.enter(batch.count))
        try thread.post(.publish(request))
        return try await request.reply.value(
            within: options.operationTimeout, orThrow: .queueSilent(options.operationTimeout, at: endpoint),
            isCancellable: isCancellable)
    }

    /// Asks for the sending queue, which is made when it is missing.
    func ping() async throws {
        let reply = Reply<Void>()
        try thread.post(.ping(reply, try pings.enter()))
        try await reply.value(
            within: options.operationTimeout, orThrow: .queueSilent(options.operationTimeout, at: endpoint))
    }

    func stop() async { await thread.stop() }
}
