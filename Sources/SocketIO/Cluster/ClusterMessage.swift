import Foundation
import NIOCore

/// Something that the servers of a cluster tell each other. Encode and decode it as you like.
public struct ClusterMessage: Sendable, Codable {
    /// The server that published it.
    public let sender: String
    /// The namespace that it is about, with its leading slash.
    public let namespace: String
    let content: Content

    enum Content: Sendable, Codable {
        case emit(Event, RoomSelection, key: String?)
        case join([String], RoomSelection)
        case leave([String], RoomSelection)
        case disconnect(RoomSelection, closing: Bool)
        case request(id: String, Request)
        /// To the server that has asked.
        case answer(id: String, to: String, Answer)
    }

    enum Request: Sendable, Codable {
        case sockets(RoomSelection)
        /// `asked` is answered once, then `acknowledged` by each socket.
        case ask(Event, RoomSelection, timeoutMilliseconds: Int64)
        case serverSideEmit(Event, wantsAnswer: Bool)
    }

    enum Answer: Sendable, Codable {
        case sockets([RemoteSocket.Description])
        case asked(Int)
        /// nil: there will be no answer.
        case acknowledged(Payload?)
        case event(Payload?)
    }

    struct Event: Sendable, Codable {
        let name: String
        let payload: Payload
    }

    /// Arguments as JSON, and what their placeholders stand for.
    struct Payload: Sendable, Codable {
        let arguments: [String]
        let attachments: [Data]
    }
}

extension ClusterMessage.Payload {
    init(_ payload: EncodedPayload) {
        arguments = payload.arguments.map { String(buffer: $0) }
        attachments = payload.attachments.map { Data($0.readableBytesView) }
    }

    init(_ arguments: EventArguments) {
        self.arguments = (0..<arguments.count).compactMap { arguments.raw(at: $0).map { String(buffer: $0) } }
        attachments = arguments.attachments.map { Data($0.readableBytesView) }
    }

    var encoded: EncodedPayload {
        EncodedPayload(
            arguments: arguments.map { ByteBuffer(string: $0) }, attachments: attachments.map { ByteBuffer(bytes: $0) })
    }

    func arguments(_ codec: JSONCodec) -> EventArguments {
        let encoded = encoded
        return EventArguments(json: encoded.arguments, attachments: encoded.attachments, codec: codec)
    }
}
