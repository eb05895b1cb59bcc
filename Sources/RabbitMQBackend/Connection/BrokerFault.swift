import CRabbitMQ
import Foundation
import MsgKit

/// What went wrong between this process and a broker, for its operator: which setting, which host, the cause and what to
/// do. It never holds a password.
struct BrokerFault: Error, CustomStringConvertible, CustomDebugStringConvertible {
    /// Whether it stays so until somebody mends the configuration, or the broker's.
    let isMisconfiguration: Bool
    let description: String

    var debugDescription: String { description }

    /// For what passes by itself.
    init(_ reason: String, at endpoint: BrokerEndpoint) {
        self.init(
            isMisconfiguration: false,
            description: "RabbitMQ at \(endpoint.address) (queue.rabbitmq_url) \(reason).")
    }

    init(_ failure: AMQPFailure, at endpoint: BrokerEndpoint) {
        guard let (key, reason) = Self.advice(on: failure, endpoint) else {
            self.init("can't be used: \(failure)", at: endpoint)
            return
        }
        self.init(isMisconfiguration: true, description: "\(key): RabbitMQ at \(endpoint.address) \(reason).")
    }

    private init(isMisconfiguration: Bool, description: String) {
        self.isMisconfiguration = isMisconfiguration
        self.description = description
    }

    /// What the operator has to mend; nil for what passes by itself.
    private static func advice(on failure: AMQPFailure, _ endpoint: BrokerEndpoint) -> (key: String, reason: String)? {
        let url = "queue.rabbitmq_url"
        switch failure {
        case .closed(UInt16(AMQP_PRECONDITION_FAILED), let text, _)
        where text.contains("inequivalent arg") || text.contains("invalid arg"):
            return arguments(text)
        case .closed(UInt16(AMQP_ACCESS_REFUSED), _, isChannel: false):
            return (url, "refuses the user name or the password; correct them")
        case .closed(UInt16(AMQP_ACCESS_REFUSED), let text, isChannel: true):
            return (
                url,
                "does not permit its user what is needed (\(plain(text))); grant that with rabbitmqctl set_permissions"
            )
        case .closed(UInt16(AMQP_NOT_ALLOWED), _, isChannel: false),
            .closed(UInt16(AMQP_NOT_FOUND), _, isChannel: false):
            let name = endpoint.virtualHost.printable
            return (
                url,
                "has no virtual host \"\(name)\", or its user may not enter it; correct the URL's path, or run "
                    + "rabbitmqctl add_vhost and set_permissions"
            )
        case .library(AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue),
            .library(AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue):
            return (url, "shows a certificate that is not trusted for its name; correct the host, or cacertfile")
        case .otherScheme(isTLS: true): return (url, "speaks TLS; write amqps:// in place of amqp://")
        case .otherScheme(isTLS: false):
            return (url, "does not speak TLS; write amqp:// in place of amqps://, or correct the port")
        case .notABroker(let what):
            return (url, "is no AMQP broker: what answers there is \(what); correct host and port")
        default:
            return nil
        }
    }

    /// `PRECONDITION_FAILED - inequivalent arg 'x' for queue 'q' in vhost '/': received 'a' but current is 'b'`
    private static func arguments(_ text: String) -> (key: String, reason: String) {
        let words = text.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
        guard words.count >= 4, words[2].hasSuffix(" for queue ") else {
            return (
                "queue.rabbitmq_queue_type",
                "has a queue with other arguments (\(plain(text))); delete it once it is empty"
            )
        }
        let difference = text.components(separatedBy: "': ").dropFirst().joined(separator: "': ").printable
        let isType = ["x-queue-type", "x-delivery-limit"].contains(words[1])
        return (
            isType ? "queue.rabbitmq_queue_type" : "queue.rabbitmq_prefix",
            "has a queue \"\(words[3].printable)\" with another \(words[1].printable) (\(difference)); "
                + (isType
                    ? "set the type that it has, or delete it once it is empty"
                    : "delete it once it is empty, or set another queue.rabbitmq_prefix")
        )
    }

    /// A reason of the broker's without the code before it.
    private static func plain(_ text: String) -> String {
        let parts = text.components(separatedBy: " - ")
        return parts.dropFirst().joined(separator: " - ").printable
    }
}
