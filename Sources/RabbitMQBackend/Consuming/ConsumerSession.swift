import DequeModule
import MsgKit

/// The consumer's side of its connection.
///
/// A consumer is registered with the broker only while somebody waits for deliveries, for as many as they want: at the
/// first arrivals it is cancelled, and when the broker confirms that, all that came is handed out. So a process holds
/// nothing that its workers have not asked for, everybody sees what is ready, and after the cancellation nothing is on its
/// way that the depth could miss.
///
///     idle ──wanted──▶ subscribing ──▶ subscribed ──arrival, time over, depth wanted──▶ cancelling ──▶ idle
///     idle ──depth wanted──▶ measuring ──▶ idle
final class ConsumerSession: ConnectionSession {
    enum Command: Sendable {
        case receive(ReceiveRequest)
        case settle(HeldDeliveries.Settlement, Outcome)
        case depth(Reply<QueueDepth>, CallLimit.Ticket)
        /// Something outside changed.
        case look
    }

    enum Outcome: Sendable {
        case acknowledged
        case givenBack
    }

    private enum Phase: Equatable {
        case idle
        case subscribing
        case subscribed
        case cancelling
        /// So many answers are still to come.
        case measuring(missing: Int)
    }

    private enum Utterance {
        case acknowledge(UInt64)
        case giveBack(UInt64)
        case declare(QueueDeclaration)
        case get(queue: String)
        case subscribe(limit: Int)
        case cancel
    }

    /// Afterwards the broker has certainly put back what it was given.
    private static let givingBack = Duration.seconds(10)

    private let topology: QueueTopology
    private let held: HeldDeliveries
    private let options: RabbitMQOptions
    private var phase = Phase.idle
    private var waiting: Deque<ReceiveRequest> = []
    private var arrivals: [(tag: UInt64, message: IncomingMessage)] = []
    private var depthRequests: Deque<(reply: Reply<QueueDepth>, ticket: CallLimit.Ticket)> = []
    private var counts: [String: Int] = [:]
    /// What is to be said, in this order; sent while the socket takes it.
    private var outbox: Deque<Utterance> = []
    /// The broker took the consumer away, so that the queue may have to be made again.
    private var mustDeclare = false
    private var consumerNumber = 0
    private var lastGiveBack: ContinuousClock.Instant?
    private(set) var wantsToWrite = false

    init(topology: QueueTopology, held: HeldDeliveries, options: RabbitMQOptions) {
        self.topology = topology
        self.held = held
        self.options = options
    }

    var hasDemand: Bool { !waiting.isEmpty || !depthRequests.isEmpty || !outbox.isEmpty }

    private var consumerTag: String { "msgctl.\(consumerNumber)" }

    func begin(on connection: AMQPConnection, until deadline: ContinuousClock.Instant) throws {
        for queue in topology.declarations { _ = try connection.declared(queue, until: deadline) }
    }

    func accept(_ command: Command) {
        switch command {
        case .receive(let request): waiting.append(request)
        case .settle(let settlement, let outcome):
            guard settlement.generation == held.generation else { return }
            for tag in settlement.tags {
                if outcome == .acknowledged { outbox.append(.acknowledge(tag)) } else { giveBack(tag) }
            }
        case .depth(let reply, let ticket): depthRequests.append((reply, ticket))
        case .look: break
        }
    }

    func handle(_ event: AMQPEvent) throws {
        switch (event, phase) {
        case (.message(let message), _):
            switch message.origin {
            case .delivered(let tag) where phase == .idle: giveBack(tag)
            case .delivered(let tag):
                guard arrivals.count < options.prefetch else {
                    throw AMQPFailure.protocolError("more deliveries than were asked for")
                }
                arrivals.append((tag, message))
            case .got(let tag, let left):
                giveBack(tag)
                count(left + 1, in: topology.sending)
            case .returned: break
            }
        case (.nothingToGet, _):
            count(0, in: topology.sending)
        case (.consuming, .subscribing):
            phase = .subscribed
        case (.stoppedConsuming, .cancelling):
            phase = .idle
            handOut()
        case (.consumerLost, .subscribing), (.consumerLost, .subscribed):
            mustDeclare = true
            phase = .idle
            handOut()
        case (.consumerLost, _):
            mustDeclare = true
        case (.declared(let queue, let messages, _), .measuring):
            count(messages, in: queue)
        default: break
        }
    }

    func advance(on connection: AMQPConnection, at now: ContinuousClock.Instant) throws -> ContinuousClock.Instant? {
        for tag in held.removeExpired(at: now) { giveBack(tag) }
        waiting.removeAll { $0.reply.isAnswered }
        if phase == .idle { depthRequests.removeAll { $0.reply.isAnswered } }
        let isTimeOver = waiting.contains { $0.until <= now }
        switch phase {
        case .idle where !depthRequests.isEmpty: measure()
        case .idle: subscribe(at: now)
        case .subscribed where !arrivals.isEmpty || waiting.isEmpty || !depthRequests.isEmpty || isTimeOver:
            for index in waiting.indices { waiting[index].hasBeenAskedFor = true }
            outbox.append(.cancel)
            phase = .cancelling
        default: break
        }
        try flush(to: connection)
        // While an answer of the broker is awaited, nobody's time being over changes anything.
        let pending = phase == .idle || phase == .subscribed ? waiting.map(\.until) : []
        return (pending + [held.nextExpiry].compactMap { $0 }).min()
    }

    func disconnected(_ error: MsgError) {
        held.voidAll()
        arrivals = []
        outbox = []
        wantsToWrite = false
        mustDeclare = false
        if case .measuring = phase { depthRequests.popFirst()?.reply.answer(.failure(error)) }
        phase = .idle
        for index in waiting.indices { waiting[index].hasBeenAskedFor = false }
    }

    func fail(_ error: MsgError) {
        for request in waiting { request.reply.answer(.failure(error)) }
        for request in depthRequests { request.reply.answer(.failure(error)) }
        waiting = []
        depthRequests = []
    }

    func stop() {
        for request in waiting { request.reply.answer(.failure(MsgError.queueClosed)) }
        waiting = []
    }

    /// Asks for as many deliveries as are wanted and may be held.
    private func subscribe(at now: ContinuousClock.Instant) {
        let room = options.prefetch - held.count
        guard room > 0 else {
            sendAway { $0.until <= now }
            return
        }
        let wanted = waiting.reduce(0) { min(room, $0 + min(room, $1.limit)) }
        guard wanted > 0 else { return }
        if mustDeclare { outbox.append(.declare(topology.sendingQueue)) }
        mustDeclare = false
        outbox.append(.subscribe(limit: wanted))
        for index in waiting.indices { waiting[index].hasBeenAskedFor = true }
        phase = .subscribing
    }

    /// Gives what arrived to those who wait, in their order, and what nobody waits for back to the queue.
    private func handOut() {
        let now = ContinuousClock.now
        while !arrivals.isEmpty, let request = waiting.popFirst() {
            let batch = Array(arrivals.prefix(request.limit))
            let deliveries = held.hold(batch, until: now + options.visibilityTimeout)
            if request.reply.answer(.success(deliveries)) {
                arrivals.removeFirst(batch.count)
            } else {
                _ = held.remove(deliveries.map(\.receipt))
            }
        }
        for (tag, _) in arrivals { giveBack(tag) }
        arrivals = []
        sendAway { $0.until <= now && $0.hasBeenAskedFor }
    }

    private func sendAway(where isOver: (ReceiveRequest) -> Bool) {
        for request in waiting where isOver(request) { request.reply.answer(.success([])) }
        waiting.removeAll(where: isOver)
    }

    private func measure() {
        counts = [:]
        var queues = topology.declarations
        phase = .measuring(missing: queues.count)
        if let lastGiveBack, .now - lastGiveBack < Self.givingBack {
            // A queue may tell its length before it has put back what it was given; but a message it gives out only
            // afterwards, and then it tells how many are left.
            queues.removeAll { $0 == topology.sendingQueue }
            outbox.append(.get(queue: topology.sending))
        }
        for queue in queues { outbox.append(.declare(queue)) }
    }

    private func count(_ messages: Int, in queue: String) {
        guard case .measuring(let missing) = phase else { return }
        counts[queue] = messages
        phase = missing > 1 ? .measuring(missing: missing - 1) : .idle
        if phase == .idle { tellDepth() }
    }

    private func giveBack(_ tag: UInt64) {
        outbox.append(.giveBack(tag))
        lastGiveBack = .now
    }

    private func tellDepth() {
        let ready = counts.removeValue(forKey: topology.sending) ?? 0
        let dead = counts.removeValue(forKey: topology.deadLetters) ?? 0
        let delayed = counts.values.reduce(0, +)
        let depth = QueueDepth(ready: ready, inFlight: held.count, delayed: delayed, deadLetters: dead)
        depthRequests.popFirst()?.reply.answer(.success(depth))
    }

    private func flush(to connection: AMQPConnection) throws {
        wantsToWrite = false
        while let next = outbox.first {
            guard connection.isWritable else {
                wantsToWrite = true
                return
            }
            outbox.removeFirst()
            switch next {
            case .acknowledge(let tag): try connection.acknowledge(tag)
            case .giveBack(let tag): try connection.giveBack(tag)
            case .declare(let queue): try connection.declare(queue)
            case .get(let queue): try connection.get(queue: queue)
            case .subscribe(let limit):
                consumerNumber += 1
                try connection.limitDeliveries(to: limit)
                try connection.consume(queue: topology.sending, as: consumerTag)
            case .cancel: try connection.stopConsuming(consumerTag)
            }
        }
    }
}
