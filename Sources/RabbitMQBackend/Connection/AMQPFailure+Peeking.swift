import CRabbitMQ
import WirePeek

extension AMQPFailure {
    /// The failure of a log-in, or what is behind it where the server shows that it is another one than the URL says.
    /// Blocks its thread for a moment.
    func explained(at endpoint: BrokerEndpoint) -> AMQPFailure {
        guard isUnexplained, let spoken = WirePeek.spoken(host: endpoint.host, port: endpoint.port) else { return self }
        switch spoken {
        // Which of those who speak TLS it is can't be told without believing its certificate.
        case .tls: return endpoint.tls == nil ? .otherScheme(isTLS: true) : self
        case .amqp: return endpoint.tls == nil ? self : .otherScheme(isTLS: false)
        case .http, .mongoDB, .redis: return .notABroker(spoken.description)
        }
    }

    /// Whether the server may be of any kind. One that gave a reason is a broker, and one that nobody reached is none.
    private var isUnexplained: Bool {
        switch self {
        case .library(AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue),
            .library(AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue),
            .library(AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED.rawValue):
            false
        case .library, .timedOut, .protocolError: true
        case .closed, .unreachable, .otherScheme, .notABroker, .ended: false
        }
    }
}
