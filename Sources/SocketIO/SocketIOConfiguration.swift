import EngineIO
import Foundation

/// What a ``SocketIOServer`` allows and how long it waits.
public struct SocketIOConfiguration: Sendable {
    /// Transport settings: path, ping, payload bounds, origins.
    public var engine = EngineIOConfiguration()
    /// Time a client has to connect to a namespace before its session is closed. Default 45 s.
    public var connectTimeout: Duration = .seconds(45)
    /// The part of it in which its place is its own. After that, and with ``EngineIOConfiguration/maxSessions`` reached, the
    /// session that has waited longest gives way to a new one, so that nobody can keep clients out by opening sessions.
    /// Default 1 s. It is ``EngineIOConfiguration/admissionGrace`` where ``engine`` has none.
    public var connectGrace: Duration = .seconds(1)
    /// Events of one socket that may wait for its handlers. Default 64. At the bound its connection is not read
    /// until half of them are done; nothing is dropped.
    public var inboxLimit = 64
    /// Events, acknowledgements and CONNECTs that one connection may send in a second, in the long run. Default nil: as many
    /// as are handled.
    public var maxEventsPerSecond: Int?
    /// How many of them may come at once after a pause. Default nil: as many as ``maxEventsPerSecond``.
    public var eventBurst: Int?
    /// What is done to a client that sends more. Default ``EventRateExcess/wait``.
    public var eventRateExcess = EventRateExcess.wait
    /// How long a client may send more than it may without a pause, and be made to wait. Default 10 s.
    public var eventRatePatience: Duration = .seconds(10)
    /// Binary attachments of one packet. Default 10. More ends the connection with ``DisconnectReason/parseError``.
    public var maxAttachments = 10
    /// Bytes of all attachments of one packet. Default 4,000,000, with the same consequence.
    public var maxAttachmentBytes = 4_000_000
    /// Levels of arrays and objects in a packet's JSON, counting its own array. Default 64, with the same consequence.
    /// Values over 512 count as 512.
    public var maxNesting = 64
    /// Arguments of one event or acknowledgement. Default 1,024, with the same consequence.
    public var maxArguments = 1_024
    /// Bytes of a namespace's name in a packet. Default 256, with the same consequence.
    public var maxNamespaceLength = 256
    /// Namespaces that a ``ParentNamespace`` made and that are in use, of all parents together. Default 10,000.
    /// A client that would need one more is refused with CONNECT_ERROR `{"message":"Too many namespaces"}`.
    public var maxDynamicNamespaces = 10_000
    /// Namespaces one connection may be connected to at a time. Default 256; one more is refused in the same way.
    /// Those that it left are remembered within the same bound, so that late packets of theirs are not held against it.
    public var maxNamespacesPerConnection = 256
    /// Questions of ``Socket/emitWithAck(_:_:timeout:)`` that one socket may have open. Default 1,024.
    /// One more throws ``SocketIOError/tooManyPendingAcks``.
    public var maxPendingAcks = 1_024
    /// Lets clients have what they missed while their connection was gone. Default nil: they don't.
    public var connectionStateRecovery: ConnectionStateRecovery?
    /// Connects this server with others. Default nil: it is alone.
    public var cluster: (any ClusterAdapter)?
    /// Counts what is sent. Default nil.
    public var observer: (any SocketIOObserver)?
    /// Makes the encoder of payloads. Default: dates in ISO 8601 with milliseconds, slashes not escaped.
    public var makeEncoder: @Sendable () -> JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            // Half a millisecond more, because the style cuts: most milliseconds lie a little below theirs in a Double.
            try container.encode(date.addingTimeInterval(0.0005).formatted(.iso8601WithMilliseconds))
        }
        return encoder
    }
    /// Makes the decoder of payloads. Default: dates in ISO 8601, with or without a fraction of a second.
    public var makeDecoder: @Sendable () -> JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            if let date = (try? Date(text, strategy: .iso8601WithMilliseconds)) ?? (try? Date(text, strategy: .iso8601))
            {
                return date
            }
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 date")
        }
        return decoder
    }

    /// The defaults of the reference implementation, with bounds on everything a peer can grow.
    public init() {}
}

extension FormatStyle where Self == Date.ISO8601FormatStyle {
    fileprivate static var iso8601WithMilliseconds: Self { Self(includingFractionalSeconds: true) }
}

extension ParseStrategy where Self == Date.ISO8601FormatStyle {
    fileprivate static var iso8601WithMilliseconds: Self { Self(includingFractionalSeconds: true) }
}
