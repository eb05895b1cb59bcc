import DequeModule
import MsgKit

/// The publisher's side of its connection.
///
/// Messages are sent ahead of their confirms, up to a window over all callers, and only while the socket takes them.
final class PublisherSession: ConnectionSession {
    enum Command: Sendable {
        case publish(PublishRequest)
        case ping(Reply<Void>, CallLimit.Ticket)
    }

    private struct Call {
        let request: PublishRequest
        var sent = 0
        var unconfirmed = 0
        var isUnroutable = false
    }

    private typealias Ping = (reply: Reply<Void>, ticket: CallLimit.Ticket)

    private struct Sent {
        let call: UInt64
        let messageID: String
    }

    private let endpoint: BrokerEndpoint
    private let topology: QueueTopology
    private let options: RabbitMQOptions
    private var calls: [UInt64: Call] = [:]
    private var lastCall: UInt64 = 0
    /// The calls with messages that are not sent yet.
    private var unsent: Deque<UInt64> = []
    /// By the number that the broker counts them by on this connection.
    private var unconfirmed: [UInt64: Sent] = [:]
    private var lowestUnconfirmed: UInt64 = 1
    private var nextNumber: UInt64 = 1
    private var pings: Deque<Ping> = []
    private var askedPings: Deque<Ping> = []
    private(set) var wantsToWrite = false

    init(endpoint: BrokerEndpoint, topology: QueueTopology, options: RabbitMQOptions) {
        self.endpoint = endpoint
        self.topology = topology
        self.options = options
    }

    var hasDemand: Bool { !calls.isEmpty || !pings.isEmpty || !askedPings.isEmpty }

    func begin(on connection: AMQPConnection, until deadline: ContinuousClock.Instant) throws {
        for queue in topology.declarations { _ = try connection.declared(queue, until: deadline) }
        try connection.selectConfirms()
        try connection.wait(until: deadline) { if case .done = $0 { () } else { nil } }
        lowestUnconfirmed = 1
        nextNumber = 1
    }

    func accept(_ command: Command) {
        switch command {
        case .publish(let request):
            lastCall += 1
            calls[lastCall] = Call(request: request)
            unsent.append(lastCall)
        case .ping(let reply, let ticket):
            pings.append((reply, ticket))
        }
    }

    func handle(_ event: AMQPEvent) throws {
        switch event {
        case .confirmed(let tag, let multiple, let isAccepted):
            guard tag < nextNumber else { throw AMQPFailure.protocolError("a confirm of what was not published") }
            if !multiple {
                confirm(tag, isAccepted)
            } else if lowestUnconfirmed < nextNumber {
                let last = tag == 0 ? nextNumber - 1 : tag
                if lowestUnconfirmed <= last { for number in lowestUnconfirmed...last { confirm(number, isAccepted) } }
            }
            while lowestUnconfirmed < nextNumber, unconfirmed[lowestUnconfirmed] == nil { lowestUnconfirmed += 1 }
        case .message(let message):
            // It comes before the confirm of the message, which then counts it as not routed.
            guard case .returned = message.origin else { return }
            for sent in unconfirmed.values where sent.messageID == message.properties.messageID {
                calls[sent.call]?.isUnroutable = true
            }
        case .declared:
            askedPings.popFirst()?.reply.answer(.success(()))
        default: break
        }
    }

    func advance(on connection: AMQPConnection, at now: ContinuousClock.Instant) throws -> ContinuousClock.Instant? {
        wantsToWrite = false
        if connection.isBlocked {
            refuseUnsent(.queueBlocked(at: endpoint))
            return nil
        }
        while let ping = pings.first {
            guard connection.isWritable else {
                wantsToWrite = true
                return nil
            }
            pings.removeFirst()
            try connection.declare(topology.sendingQueue)
            askedPings.append(ping)
        }
        while let id = unsent.first, unconfirmed.count < options.publishWindow {
            guard let message = nextMessage(of: id) else {
                unsent.removeFirst()
                continue
            }
            guard connection.isWritable else {
                wantsToWrite = true
                return nil
            }
            calls[id]?.sent += 1
            calls[id]?.unconfirmed += 1
            unconfirmed[nextNumber] = Sent(call: id, messageID: message.messageID)
            nextNumber += 1
            try connection.publish(message)
        }
        return nil
    }

    func disconnected(_ error: MsgError) {
        for (id, call) in calls where call.sent > 0 {
            call.request.reply.answer(.failure(error))
            calls[id] = nil
        }
        unconfirmed = [:]
        wantsToWrite = false
        for ping in askedPings { ping.reply.answer(.failure(error)) }
        askedPings = []
    }

    func fail(_ error: MsgError) {
        for call in calls.values { call.request.reply.answer(.failure(error)) }
        calls = [:]
        unsent = []
        for ping in pings + askedPings { ping.reply.answer(.failure(error)) }
        pings = []
        askedPings = []
    }

    func stop() {}

    /// The next message of a call to be sent; nil when there is none, or nobody waits for the call any more.
    private func nextMessage(of id: UInt64) -> OutgoingMessage? {
        guard let call = calls[id] else { return nil }
        if call.request.reply.isAnswered || call.sent == call.request.messages.count {
            if call.unconfirmed == 0 { finish(id, call) }
            return nil
        }
        return call.request.messages[call.sent]
    }

    private func confirm(_ number: UInt64, _ isAccepted: Bool) {
        guard let sent = unconfirmed.removeValue(forKey: number), var call = calls[sent.call] else { return }
        call.unconfirmed -= 1
        calls[sent.call] = call
        if !isAccepted {
            call.request.reply.answer(
                .failure(MsgError(.unavailable, "The job queue (RabbitMQ) refused a message; it may be full.")))
        }
        let isSent = call.sent == call.request.messages.count || call.request.reply.isAnswered
        if isSent && call.unconfirmed == 0 { finish(sent.call, call) }
    }

    private func finish(_ id: UInt64, _ call: Call) {
        call.request.ticket.giveBack()
        call.request.reply.answer(.success(call.isUnroutable ? .unroutable : .confirmed))
        calls[id] = nil
    }

    private func refuseUnsent(_ error: MsgError) {
        for (id, call) in calls where call.sent == 0 {
            call.request.reply.answer(.failure(error))
            calls[id] = nil
        }
        for ping in pings { ping.reply.answer(.failure(error)) }
        pings = []
    }
}
