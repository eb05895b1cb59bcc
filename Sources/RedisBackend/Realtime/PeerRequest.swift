import Foundation
import MsgKit

/// What a server of the fleet asks of the others, or has them do, on the channel of requests.
enum PeerRequest: Sendable, Equatable {
    /// Types 2 to 4: something to do.
    case command(RoomCommand)
    /// Types 2 to 4 as older servers send them, about one socket; who has it says when it is done.
    case socketCommand(RoomCommand, socket: String, requestID: String?)
    /// Type 0: the ids of the sockets in rooms.
    case sockets(requestID: String, WireRooms)
    /// Type 1: the rooms.
    case rooms(requestID: String)
    /// Type 5: what there is to know of the sockets in rooms.
    case fetch(requestID: String, WireRooms)
    /// Type 6: an event for the servers themselves. Nobody here handles any; an answer is due when there is an id.
    case serverSideEmit(requestID: String?)
    /// Type 7: an event whose acknowledgements are wanted.
    case broadcast(requestID: String, RoomEmission, timeout: Duration)

    /// Nil for what is this process's own, for another namespace, or of a type that asks for nothing.
    init?(_ payload: [UInt8], ownID: String) throws {
        guard payload.first == UInt8(ascii: "{") else {
            try self.init(messagePack: payload, ownID: ownID)
            return
        }
        let request = try JSONDecoder().decode(WireRequest.self, from: Data(payload))
        guard request.uid != ownID else { return nil }
        self.init(request)
    }

    private init?(_ request: WireRequest) {
        switch (request.type, request.requestId) {
        case (0, let id?): self = .sockets(requestID: id, request.selected)
        case (1, let id?): self = .rooms(requestID: id)
        case (2, _), (3, _), (4, _):
            guard let command = request.command else { return nil }
            if request.opts == nil, let socket = request.sid {
                self = .socketCommand(command, socket: socket, requestID: request.requestId)
            } else {
                self = .command(command)
            }
        case (5, let id?): self = .fetch(requestID: id, request.selected)
        case (6, let id): self = .serverSideEmit(requestID: id)
        default: return nil
        }
    }

    private static let defaultTimeout: Int64 = 10_000
    private static let longestTimeout: Int64 = 60_000

    private init?(messagePack bytes: [UInt8], ownID: String) throws(MessagePackError) {
        var reader = MessagePackReader(bytes)
        var (uid, requestID, type): (String?, String?, Int64) = (nil, nil, -1)
        var packet: WirePacket?
        var options = WireOptions()
        for _ in 0..<(try reader.mapCount()) {
            switch try reader.key() {
            case "uid": uid = try reader.optionalString()
            case "requestId": requestID = try reader.optionalString()
            case "type": type = try reader.integer()
            case "packet":
                var value = reader
                packet = try WirePacket(&value)
                try reader.skip()
            case "opts": options = try WireOptions(&reader)
            default: try reader.skip()
            }
        }
        guard type == 7, uid != ownID, let requestID, let packet else { return nil }
        let timeout = min(max(options.timeout ?? Self.defaultTimeout, 1), Self.longestTimeout)
        self = .broadcast(
            requestID: requestID, packet.emission(to: options), timeout: .milliseconds(timeout))
    }
}
