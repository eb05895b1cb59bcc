import NIOCore

/// The arguments of an event or of an acknowledgement. Checked to be JSON within bounds; decoded when asked for.
public struct EventArguments: Sendable {
    private let json: [ByteBuffer]
    /// What `{"_placeholder":true,"num":0}` and the like in ``raw(at:)`` stand for.
    public let attachments: [ByteBuffer]
    private let codec: JSONCodec

    init(json: [ByteBuffer], attachments: [ByteBuffer], codec: JSONCodec) {
        self.json = json
        self.attachments = attachments
        self.codec = codec
    }

    /// Arguments, not counting the event's name.
    public var count: Int { json.count }

    /// The JSON of an argument as it was received; nil when there is none with this index.
    public func raw(at index: Int) -> ByteBuffer? {
        json.indices.contains(index) ? json[index] : nil
    }

    /// An argument as a type of the application.
    ///
    /// - Throws: ``SocketIOError/missingArgument(_:)``, ``SocketIOError/missingAttachment(_:)``, or a `DecodingError` when
    ///   it has another shape or holds text that is no Unicode, such as half a surrogate pair.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self, at index: Int = 0) throws -> Value {
        guard let argument = raw(at: index) else { throw SocketIOError.missingArgument(index) }
        return try codec.decode(type, from: argument, attachments: attachments)
    }

    /// The members of an argument that is an object of nothing but strings: what ``decode(_:at:)`` finds in it, in a tenth
    /// of the time. nil for any other, and also for some of those: when a text is written with escapes.
    public func plainStrings(at index: Int = 0) -> [String: String]? {
        raw(at: index).flatMap { JSONScanner.plainStrings(of: $0) }
    }

    /// An argument of any shape. Throws as `decode` does.
    public func value(at index: Int = 0) throws -> SocketIOValue {
        try decode(SocketIOValue.self, at: index)
    }
}
