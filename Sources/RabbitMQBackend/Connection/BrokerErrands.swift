import Dispatch
import MsgKit
import Synchronization

/// Rare work on a connection of its own, one piece at a time: when a piece fails half-way, its connection ends and the
/// broker takes back whatever it held.
final class BrokerErrands: Sendable {
    private static let maximumWaiting = 16

    private let endpoint: BrokerEndpoint
    private let options: RabbitMQOptions
    private let queue = DispatchQueue(label: "msgctl.rabbitmq.errands")
    private let waiting = CallLimit(BrokerErrands.maximumWaiting)
    private let isStopped = Mutex(false)
    private let socket = SocketHandle()

    init(to endpoint: BrokerEndpoint, options: RabbitMQOptions) {
        self.endpoint = endpoint
        var named = options
        named.connectionName += " errand"
        self.options = named
    }

    /// Runs `body` on a fresh connection, on a thread that may be blocked.
    ///
    /// A cancelled caller leaves at once; what has begun goes on to its end.
    func run<Value: Sendable>(
        within limit: Duration, isCancellable: Bool = true,
        _ body: @escaping @Sendable (AMQPConnection, ContinuousClock.Instant) throws -> Value
    ) async throws -> Value {
        let deadline = ContinuousClock.now + limit
        let reply = Reply<Value>()
        let ticket = try waiting.enter()
        queue.async { [self] in
            withExtendedLifetime(ticket) {
                // Nobody waits for it any more, and nothing of it has happened.
                guard !reply.isAnswered else { return }
                reply.answer(
                    Result { try perform(body, until: deadline) }.mapError { MsgError(broker: $0, at: endpoint) })
            }
        }
        return try await reply.value(
            within: limit, orThrow: .queueSilent(limit, at: endpoint), isCancellable: isCancellable)
    }

    /// Breaks off what is under way.
    func stop() {
        isStopped.withLock { $0 = true }
        socket.shutDown()
    }

    private func perform<Value>(
        _ body: (AMQPConnection, ContinuousClock.Instant) throws -> Value, until deadline: ContinuousClock.Instant
    ) throws -> Value {
        guard !isStopped.withLock({ $0 }) else { throw AMQPFailure.ended }
        let connection = try AMQPConnection(to: endpoint, options: options, socket: socket)
        let value = try body(connection, deadline)
        connection.close()
        return value
    }
}
