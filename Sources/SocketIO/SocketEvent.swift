import NIOCore

/// An event that a client emitted.
public struct SocketEvent: Sendable {
    /// As the client named it.
    public let name: String
    /// What came with it.
    public let arguments: EventArguments
    private let acknowledger: Acknowledger?

    init(name: String, arguments: EventArguments, acknowledger: Acknowledger?) {
        self.name = name
        self.arguments = arguments
        self.acknowledger = acknowledger
    }

    /// Whether the client asked for an acknowledgement, given or not.
    public var wantsAck: Bool { acknowledger != nil }

    /// An argument as a type of the application; see ``EventArguments/decode(_:at:)``.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self, at index: Int = 0) throws -> Value {
        try arguments.decode(type, at: index)
    }

    /// An argument of any shape.
    public func value(at index: Int = 0) throws -> SocketIOValue {
        try arguments.value(at: index)
    }

    /// Acknowledges the event.
    ///
    /// - Returns: false when the client asked for no acknowledgement, or had it already; nothing is sent then.
    /// - Throws: what a payload throws when it is encoded. The event is then still not acknowledged.
    @discardableResult
    public func ack<each Payload: Encodable>(_ payload: repeat each Payload) throws -> Bool {
        guard let acknowledger else { return false }
        return acknowledger.acknowledge(try acknowledger.codec.encode(repeat each payload))
    }

    /// Acknowledges the event with one argument that is JSON already. It is sent as it is, unchecked.
    @discardableResult
    public func ack(json: ByteBuffer) -> Bool {
        acknowledger?.acknowledge(EncodedPayload(arguments: [json])) ?? false
    }

    /// Acknowledges the event with one argument that is JSON already. It is sent as it is, unchecked.
    @discardableResult
    public func ack(json: [UInt8]) -> Bool {
        ack(json: ByteBuffer(bytes: json))
    }
}
