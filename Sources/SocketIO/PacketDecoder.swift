import NIOCore

/// Text messages and their attachments in, packets out. Keeps a packet back until its attachments are there.
package struct PacketDecoder {
    private let maxAttachments: Int
    private let maxAttachmentBytes: Int
    private let maxNesting: Int
    private let maxArguments: Int
    private let maxNamespaceLength: Int
    private var pending: SocketIOPacket?
    private var pendingBytes = 0

    package init(configuration: SocketIOConfiguration) {
        maxAttachments = configuration.maxAttachments
        maxAttachmentBytes = configuration.maxAttachmentBytes
        maxNesting = configuration.maxNesting
        // One more, the name of an event, is counted with them.
        maxArguments = min(configuration.maxArguments, .max - 1)
        maxNamespaceLength = configuration.maxNamespaceLength
    }

    /// nil: the packet waits for attachments.
    package mutating func textReceived(_ text: ByteBuffer) throws(PacketError) -> SocketIOPacket? {
        guard pending == nil else { throw .unexpectedAttachment }
        let packet = try decode(text)
        guard packet.attachmentCount > 0 else { return packet }
        pending = packet
        pendingBytes = 0
        return nil
    }

    /// nil: the packet waits for more attachments.
    package mutating func binaryReceived(_ bytes: ByteBuffer) throws(PacketError) -> SocketIOPacket? {
        guard var packet = pending else { throw .unexpectedAttachment }
        pending = nil
        pendingBytes += bytes.readableBytes
        guard pendingBytes <= maxAttachmentBytes else { throw .attachmentsTooLarge }
        packet.attachments.append(bytes)
        if packet.attachments.count < packet.attachmentCount {
            pending = packet
            return nil
        }
        return packet
    }

    // MARK: <type>[<attachments>-][<namespace>,][<ack id>][<json>]

    private func decode(_ text: ByteBuffer) throws(PacketError) -> SocketIOPacket {
        var text = text
        guard let type = text.readInteger(as: UInt8.self) else { throw .empty }
        switch type {
        case UInt8(ascii: "0"): return try connect(&text)
        case UInt8(ascii: "1"): return try disconnect(&text)
        case UInt8(ascii: "2"): return try event(&text, attachments: 0)
        case UInt8(ascii: "3"): return try ack(&text, attachments: 0)
        case UInt8(ascii: "5"): return try event(&text, attachments: try attachmentCount(&text))
        case UInt8(ascii: "6"): return try ack(&text, attachments: try attachmentCount(&text))
        case UInt8(ascii: "4"): throw .wrongDirection
        default: throw .unknownType
        }
    }

    private func connect(_ text: inout ByteBuffer) throws(PacketError) -> SocketIOPacket {
        let namespace = try namespace(&text)
        guard text.readableBytes > 0 else { return SocketIOPacket(namespace: namespace, content: .connect(auth: nil)) }
        try JSONScanner.checkObject(text, maxDepth: maxNesting)
        return SocketIOPacket(namespace: namespace, content: .connect(auth: text))
    }

    private func disconnect(_ text: inout ByteBuffer) throws(PacketError) -> SocketIOPacket {
        let namespace = try namespace(&text)
        guard text.readableBytes == 0 else { throw .unexpectedPayload }
        return SocketIOPacket(namespace: namespace, content: .disconnect)
    }

    private func event(_ text: inout ByteBuffer, attachments: Int) throws(PacketError) -> SocketIOPacket {
        let namespace = try namespace(&text)
        let ackID = try number(&text)
        var arguments = try JSONScanner.elements(
            of: text, maxDepth: maxNesting, maxCount: maxArguments + 1, attachments: attachments)
        guard let first = arguments.first else { throw .unexpectedPayload }
        let name = try eventName(first)
        arguments.removeFirst()
        return SocketIOPacket(
            namespace: namespace, content: .event(name: name, arguments: arguments, ackID: ackID),
            attachmentCount: attachments)
    }

    private func ack(_ text: inout ByteBuffer, attachments: Int) throws(PacketError) -> SocketIOPacket {
        let namespace = try namespace(&text)
        guard let id = try number(&text) else { throw .malformedHeader }
        let arguments = try JSONScanner.elements(
            of: text, maxDepth: maxNesting, maxCount: maxArguments, attachments: attachments)
        return SocketIOPacket(
            namespace: namespace, content: .ack(id: id, arguments: arguments), attachmentCount: attachments)
    }

    private func attachmentCount(_ text: inout ByteBuffer) throws(PacketError) -> Int {
        guard let count = try number(&text), text.readInteger(as: UInt8.self) == UInt8(ascii: "-") else {
            throw .malformedHeader
        }
        guard count <= maxAttachments else { throw .tooManyAttachments }
        return Int(count)
    }

    private func namespace(_ text: inout ByteBuffer) throws(PacketError) -> String {
        let view = text.readableBytesView
        guard view.first == UInt8(ascii: "/") else { return "/" }
        let name = view.prefix { $0 != UInt8(ascii: ",") }
        guard name.count <= maxNamespaceLength else { throw .namespaceTooLong }
        // The comma may be missing when nothing follows.
        text.moveReaderIndex(forwardBy: min(name.count + 1, text.readableBytes))
        return String(decoding: name, as: UTF8.self)
    }

    /// Digits, if there are any. 18 of them fit into 64 bits and are more than a JavaScript client can count.
    private func number(_ text: inout ByteBuffer) throws(PacketError) -> UInt64? {
        var number: UInt64?
        var length = 0
        while let byte = text.getInteger(at: text.readerIndex, as: UInt8.self), byte >= UInt8(ascii: "0"),
            byte <= UInt8(ascii: "9")
        {
            length += 1
            guard length <= 18 else { throw .malformedHeader }
            number = (number ?? 0) * 10 + UInt64(byte - UInt8(ascii: "0"))
            text.moveReaderIndex(forwardBy: 1)
        }
        return number
    }

    /// A string, or as the reference allows a number, which is then named by its digits.
    private func eventName(_ json: ByteBuffer) throws(PacketError) -> String {
        switch json.getInteger(at: json.readerIndex, as: UInt8.self) {
        case UInt8(ascii: "\""):
            guard let name = json.unquotedJSONString else { throw .unexpectedPayload }
            guard !ReservedEvents.contains(name) else { throw .reservedEvent }
            return name
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return String(buffer: json)
        default: throw .unexpectedPayload
        }
    }
}
