import Foundation
import MsgKit

/// Where the broker is and how to log in, as a URL says:
/// `amqp[s]://user:password@host:port/vhost?heartbeat=10`.
///
/// Of the parameters, these of RabbitMQ's URIs are followed: `heartbeat` (seconds), `connection_timeout`
/// (milliseconds), `auth_mechanism` (`plain`, `external`), and with TLS `cacertfile`, `certfile`, `keyfile`, `verify`
/// (`verify_peer`, `verify_none`). Others are refused: somebody relies on them.
struct BrokerEndpoint: Sendable {
    enum Credentials: Sendable {
        case password(user: String, Secret)
        /// The client's certificate says who it is.
        case certificate
    }

    var host: String
    var port: Int
    /// Nil without TLS.
    var tls: BrokerTLS?
    var virtualHost = "/"
    var credentials = Credentials.password(user: "guest", Secret("guest"))
    var heartbeat: Duration?
    var connectTimeout: Duration?

    /// Host and port, which may be logged.
    var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// - Throws: ``ErrorCode/configuration``; the text never holds the URL, as it may have a password in it.
    init(_ url: Secret) throws {
        guard let parts = URLComponents(string: url.reveal()), let scheme = parts.scheme?.lowercased(),
            ["amqp", "amqps"].contains(scheme), let host = parts.host, !host.isEmpty
        else { throw Self.refusal("it must be of the form amqp://user:password@host:port/vhost, or amqps:// with TLS") }
        let isSecure = scheme == "amqps"
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (isSecure ? 5671 : 5672)
        guard (1...65535).contains(port) else { throw Self.refusal("the port must be from 1 to 65535") }
        tls = isSecure ? BrokerTLS() : nil
        if let user = parts.user {
            credentials = .password(user: user, Secret(parts.password ?? ""))
        }
        // As the original's client has it, a path of nothing but a slash is the default virtual host.
        let path = parts.path.dropFirst()
        if !path.isEmpty { virtualHost = String(path) }
        let texts = [virtualHost, parts.user ?? "", parts.password ?? ""]
        guard texts.allSatisfy({ $0.utf8.count <= 255 && !$0.utf8.contains(0) }) else {
            throw Self.refusal("user, password and virtual host may have at most 255 bytes each")
        }
        for item in parts.queryItems ?? [] { try read(item.name, item.value ?? "") }
    }

    private mutating func read(_ name: String, _ value: String) throws {
        switch name {
        case "heartbeat": heartbeat = .seconds(try number(value, of: name, in: 1...3600))
        case "connection_timeout": connectTimeout = .milliseconds(try number(value, of: name, in: 1...60_000))
        case "auth_mechanism":
            switch value.lowercased() {
            case "plain": break
            case "external": credentials = .certificate
            default: throw Self.refusal("auth_mechanism must be plain or external")
            }
        case "cacertfile": tls?.authorities = value
        case "certfile": tls?.certificate = value
        case "keyfile": tls?.key = value
        case "verify":
            guard ["verify_peer", "verify_none"].contains(value) else {
                throw Self.refusal("verify must be verify_peer or verify_none")
            }
            tls?.verifiesPeer = value == "verify_peer"
        default:
            throw Self.refusal(
                "it has an option \(name.printable), which msgctl does not follow; correct its name or leave it out")
        }
    }

    private func number(_ text: String, of name: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw Self.refusal("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func refusal(_ text: String) -> MsgError {
        MsgError(.configuration, "The URL of RabbitMQ can't be used: \(text).")
    }
}
