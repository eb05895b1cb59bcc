import CRabbitMQ
import MsgKit

/// Asks the broker whether every queue is there and as it should be. Makes none.
struct QueueInspection: HealthProbe {
    let name = "queue"
    let isRequired = true
    let errands: BrokerErrands
    let topology: QueueTopology
    let options: RabbitMQOptions

    func probe() async throws {
        let queues = topology.declarations
        let missing = try await errands.run(within: options.operationTimeout) { connection, deadline in
            try Self.missing(of: queues, on: connection, until: deadline)
        }
        guard let missing else { return }
        throw UnpreparedEngine(
            hint:
                "RabbitMQ has no queue \(missing) yet; the first process that uses the queues makes it, as msgctl serve does."
        )
    }

    /// The first queue that is not there; nil when all are.
    private static func missing(
        of queues: [QueueDeclaration], on connection: AMQPConnection, until deadline: ContinuousClock.Instant
    ) throws -> String? {
        for queue in queues {
            var question = queue
            question.isPassive = true
            do {
                _ = try connection.declared(question, until: deadline)
            } catch AMQPFailure.closed(UInt16(AMQP_NOT_FOUND), _, _) {
                return queue.name
            }
            // Of one that is there the broker only compares the arguments.
            _ = try connection.declared(queue, until: deadline)
        }
        return nil
    }
}
