import CRabbitMQ

/// What ended a connection or a channel, or kept one from being made.
enum AMQPFailure: Error, Equatable {
    /// The broker's reason, as a number of the protocol and a text; `isChannel` when the connection goes on.
    case closed(code: UInt16, text: String, isChannel: Bool)
    /// A failure that the library reports.
    case library(Int32)
    /// There was no connection to be had.
    case unreachable
    /// Nothing came in time.
    case timedOut
    /// The broker sent what the protocol does not have at this point.
    case protocolError(String)
    /// The server speaks TLS and this program was told not to, or the other way round.
    case otherScheme(isTLS: Bool)
    /// What answers is no broker, but this.
    case notABroker(String)
    /// The program ends.
    case ended
}

extension AMQPFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .closed(let code, let text, _): "\(code) \(text)"
        case .library(let status): amqp_error_string2(status).map { String(cString: $0) } ?? "error \(status)"
        case .unreachable: "the connection is refused, or there is no way to the host"
        case .timedOut: "no answer in time"
        case .protocolError(let text): "unexpected from the broker: \(text)"
        case .otherScheme(let isTLS): isTLS ? "it speaks TLS" : "it does not speak TLS"
        case .notABroker(let what): "it is \(what)"
        case .ended: "closed by this program"
        }
    }
}
