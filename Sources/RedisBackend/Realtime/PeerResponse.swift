import Foundation
import MsgKit

/// What this process answers on the channel of responses.
enum PeerResponse {
    private struct Done: Encodable {
        var requestId: String
    }

    private struct SocketIDs: Encodable {
        var requestId: String
        var sockets: [String]
    }

    private struct Rooms: Encodable {
        var requestId: String
        var rooms: [String]
    }

    private struct Count: Encodable {
        var type = 8
        var requestId: String
        var clientCount: Int
    }

    private struct Fetched: Encodable {
        struct Socket: Encodable {
            var id: String
            var handshake: JSONValue
            var rooms: [String]
            var data: JSONValue
        }

        var requestId: String
        var sockets: [Socket]
    }

    static func done(_ requestID: String) throws -> [UInt8] { try json(Done(requestId: requestID)) }

    static func sockets(_ requestID: String, _ sockets: [LocalSocket]) throws -> [UInt8] {
        try json(SocketIDs(requestId: requestID, sockets: sockets.map(\.id)))
    }

    static func rooms(_ requestID: String, _ rooms: Set<Room>) throws -> [UInt8] {
        try json(Rooms(requestId: requestID, rooms: rooms.map(\.rawValue)))
    }

    static func fetched(_ requestID: String, _ sockets: [LocalSocket]) throws -> [UInt8] {
        let decoder = JSONDecoder()
        let told = try sockets.map { socket in
            Fetched.Socket(
                id: socket.id, handshake: try decoder.decode(JSONValue.self, from: Data(socket.handshake.utf8)),
                rooms: socket.rooms.map(\.rawValue),
                data: try decoder.decode(JSONValue.self, from: Data(socket.data.utf8)))
        }
        return try json(Fetched(requestId: requestID, sockets: told))
    }

    /// To an event for the servers, which nobody here handles.
    static func unhandled(_ requestID: String) throws -> [UInt8] {
        try json(Unhandled(requestId: requestID))
    }

    private struct Unhandled: Encodable {
        enum CodingKeys: CodingKey { case type, requestId, data }

        var requestId: String

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(6, forKey: .type)
            try container.encode(requestId, forKey: .requestId)
            // JavaScript's peers look for the key.
            try container.encodeNil(forKey: .data)
        }
    }

    static func count(_ requestID: String, _ count: Int) throws -> [UInt8] {
        try json(Count(requestId: requestID, clientCount: count))
    }

    static func answer(_ requestID: String, _ answer: SocketAnswer) throws -> [UInt8] {
        var writer = MessagePackWriter()
        writer.writeMap(count: 3)
        writer.write("type")
        writer.write(Int64(9))
        writer.write("requestId")
        writer.write(requestID)
        writer.write("packet")
        try JSONPacker.write(answer.argument, attachments: answer.attachments, into: &writer)
        return writer.bytes
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] {
        Array(try JSONEncoder.msgctl().encode(value))
    }
}
