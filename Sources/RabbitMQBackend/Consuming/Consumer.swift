import Logging
import MsgKit

/// Takes deliveries and settles them, on a connection of its own.
final class Consumer: Sendable {
    private let held = HeldDeliveries()
    private let thread: ConnectionThread<ConsumerSession>
    private let endpoint: BrokerEndpoint
    private let options: RabbitMQOptions
    private let calls: CallLimit

    init(to endpoint: BrokerEndpoint, topology: QueueTopology, options: RabbitMQOptions, logger: Logger) throws {
        var named = options
        named.connectionName += " consumer"
        thread = try ConnectionThread(to: endpoint, options: named, logger: logger) { [named, held] in
            ConsumerSession(topology: topology, held: held, options: named)
        }
        self.endpoint = endpoint
        self.options = options
        calls = CallLimit(options.maximumCalls)
    }

    /// Up to `limit` deliveries; empty when none came in time.
    func receive(limit: Int, wait: Duration) async throws -> [RawDelivery] {
        let wait = max(.zero, wait)
        let request = ReceiveRequest(limit: limit, until: .now + wait, ticket: try calls.enter())
        try thread.post(.receive(request))
        // A cancelled caller leaves its request behind; the thread has to see that nobody wants deliveries any more.
        return try await withTaskCancellationHandler {
            try await request.reply.value(
                within: wait + options.operationTimeout,
                orThrow: .queueSilent(options.operationTimeout, at: endpoint))
        } onCancel: {
            look()
        }
    }

    /// Settles deliveries. The broker does not confirm this: what is lost on the way comes again.
    func acknowledge(_ receipts: [String]) {
        settle(held.remove(receipts), as: .acknowledged)
    }

    /// Gives deliveries back to the queue.
    func giveBack(_ receipts: [String]) {
        settle(held.remove(receipts), as: .givenBack)
    }

    /// Keeps a delivery from being given back while it is being settled; false when it is not in hand any more.
    func claim(_ receipt: String) -> Bool { held.claim(receipt) }

    func unclaim(_ receipt: String) {
        held.unclaim(receipt)
        look()
    }

    func depth() async throws -> QueueDepth {
        let reply = Reply<QueueDepth>()
        try thread.post(.depth(reply, try calls.enter()))
        return try await reply.value(
            within: options.operationTimeout, orThrow: .queueSilent(options.operationTimeout, at: endpoint))
    }

    func stop() async { await thread.stop() }

    private func settle(_ settlement: HeldDeliveries.Settlement, as outcome: ConsumerSession.Outcome) {
        guard !settlement.tags.isEmpty else { return }
        // After the end there is no connection either, and the broker gives everything to others.
        try? thread.post(.settle(settlement, outcome))
    }

    /// Has the thread look at what changed.
    private func look() {
        try? thread.post(.look)
    }
}
