import CRabbitMQ
import MsgKit

extension MsgError {
    static var queueClosed: MsgError { MsgError(.unavailable, "The job queue is closed; this process is stopping.") }

    /// After the time limit of a call.
    static func queueSilent(_ limit: Duration, at endpoint: BrokerEndpoint) -> MsgError {
        MsgError(
            .unavailable, "The job queue (RabbitMQ) did not answer within \(limit); try again in a moment.",
            cause: BrokerFault(address: endpoint.address, reason: "no answer in time"))
    }

    /// While the broker takes no messages.
    static func queueBlocked(at endpoint: BrokerEndpoint) -> MsgError {
        MsgError(
            .unavailable, "The job queue (RabbitMQ) takes no messages for now; try again later.",
            cause: BrokerFault(
                address: endpoint.address, reason: "connection.blocked: an alarm of the broker, memory or disk"))
    }

    /// Any error of a connection, as one of the table.
    init(broker error: any Error, at endpoint: BrokerEndpoint) {
        if let known = error as? MsgError {
            self = known
            return
        }
        let fault = BrokerFault(address: endpoint.address, reason: String(describing: error))
        switch error as? AMQPFailure {
        case .closed(UInt16(AMQP_PRECONDITION_FAILED), let text, _)
        where text.contains("inequivalent arg") || text.contains("invalid arg"):
            self.init(
                .configuration,
                "A queue of RabbitMQ has other arguments than it should have (\(text)). "
                    + "Delete that queue once it is empty, or set the option that it was made with.", cause: fault)
        case .closed(UInt16(AMQP_ACCESS_REFUSED), _, _), .closed(UInt16(AMQP_NOT_ALLOWED), _, _):
            self.init(
                .configuration,
                "RabbitMQ refuses access; check user, password, virtual host and permissions of the queue's URL.",
                cause: fault)
        case .library(AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue),
            .library(AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue):
            self.init(
                .configuration,
                "RabbitMQ shows a certificate that is not trusted for its name; check the host and cacertfile in the queue's URL.",
                cause: fault)
        case .ended:
            self = .queueClosed
        default:
            self.init(
                .unavailable, "The job queue (RabbitMQ) is away; try again in a moment.", cause: fault)
        }
    }
}

/// What happened where, for the log.
struct BrokerFault: Error, CustomStringConvertible {
    var address: String
    var reason: String

    var description: String { "RabbitMQ at \(address): \(reason)" }
}
