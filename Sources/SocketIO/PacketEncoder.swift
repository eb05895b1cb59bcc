import EngineIO
import NIOCore

/// Packets of Socket.IO protocol 5 in the form in which they are sent.
package enum PacketEncoder {
    /// - Parameter pid: the private id by which the client can have its session back.
    static func connect(namespace: String, id: String, pid: String? = nil) -> EngineIOOutgoing {
        var text = head("0", namespace)
        text.writeString(pid.map { #"{"sid":"\#(id)","pid":"\#($0)"}"# } ?? #"{"sid":"\#(id)"}"#)
        return EngineIOOutgoing(text: text)
    }

    static func connectError(namespace: String, json: ByteBuffer) -> EngineIOOutgoing {
        var text = head("4", namespace)
        text.writeImmutableBuffer(json)
        return EngineIOOutgoing(text: text)
    }

    package static func disconnect(namespace: String) -> EngineIOOutgoing {
        EngineIOOutgoing(text: head("1", namespace))
    }

    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    package static func event(
        namespace: String, name: String, ackID: UInt64? = nil, payload: EncodedPayload
    ) throws(SocketIOError) -> EngineIOOutgoing {
        guard !ReservedEvents.contains(name) else { throw .reservedEventName(name) }
        return unchecked(namespace: namespace, name: name, ackID: ackID, payload: payload)
    }

    /// An event whose name was checked, with an offset behind its arguments.
    static func event(_ event: OutgoingEvent, in namespace: String, offset: RecoveryOffset) -> EngineIOOutgoing {
        var payload = event.payload
        payload.arguments.append(ByteBuffer(string: "\"\(offset.text)\""))
        return unchecked(namespace: namespace, name: event.name, ackID: nil, payload: payload)
    }

    private static func unchecked(
        namespace: String, name: String, ackID: UInt64?, payload: EncodedPayload
    ) -> EngineIOOutgoing {
        let count = payload.attachments.count
        var text = head(count == 0 ? "2" : "5\(count)-", namespace)
        if let ackID { text.writeString(String(ackID)) }
        text.writeString("[")
        text.writeJSONString(name)
        return outgoing(text, payload, startsWithComma: true)
    }

    package static func ack(namespace: String, id: UInt64, payload: EncodedPayload) -> EngineIOOutgoing {
        let count = payload.attachments.count
        var text = head(count == 0 ? "3" : "6\(count)-", namespace)
        text.writeString("\(id)[")
        return outgoing(text, payload, startsWithComma: false)
    }

    private static func head(_ type: String, _ namespace: String) -> ByteBuffer {
        ByteBuffer(string: namespace == "/" ? type : "\(type)\(namespace),")
    }

    /// Copies head and arguments once, straight into the frame.
    private static func outgoing(_ head: ByteBuffer, _ payload: EncodedPayload, startsWithComma: Bool)
        -> EngineIOOutgoing
    {
        let commas = max(payload.arguments.count - (startsWithComma ? 0 : 1), 0)
        let length = payload.arguments.reduce(head.readableBytes + commas + 1) { $0 + $1.readableBytes }
        return EngineIOOutgoing(textLength: length, binaries: payload.attachments) { buffer in
            buffer.writeImmutableBuffer(head)
            var needsComma = startsWithComma
            for argument in payload.arguments {
                if needsComma { buffer.writeInteger(UInt8(ascii: ",")) }
                needsComma = true
                buffer.writeImmutableBuffer(argument)
            }
            buffer.writeInteger(UInt8(ascii: "]"))
        }
    }
}
