/// What a server speaks, as far as its first words tell.
public enum SpokenProtocol: Sendable, Equatable {
    case tls
    case amqp
    case http
    case mongoDB
    case redis

    /// What its first words tell; nil when that is nothing.
    init?(firstWords bytes: [UInt8]) {
        func begins(_ text: StaticString) -> Bool {
            text.withUTF8Buffer { bytes.starts(with: $0) }
        }
        // A record of TLS, an alert or a handshake, of any version.
        if bytes.count >= 2, bytes[0] == 0x15 || bytes[0] == 0x16, bytes[1] == 0x03 {
            self = .tls
        } else if begins("AMQP") {
            self = .amqp
        } else if begins("HTTP/") {
            // MongoDB has a sentence for browsers that come to its port.
            self = String(decoding: bytes, as: UTF8.self).contains("MongoDB") ? .mongoDB : .http
        } else if begins("-ERR ") || begins("-NOAUTH ") || begins("-DENIED ") {
            self = .redis
        } else {
            return nil
        }
    }

    /// For a sentence about what answers.
    public var description: String {
        switch self {
        case .tls: "something that speaks TLS"
        case .amqp: "an AMQP broker, such as RabbitMQ"
        case .http: "a web server (HTTP)"
        case .mongoDB: "a MongoDB server"
        case .redis: "a Redis server"
        }
    }
}
