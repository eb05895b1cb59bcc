import Foundation
import NIOCore

/// A socket of any server of a cluster, and what can be done to it from here.
public struct RemoteSocket: Sendable {
    struct Description: Sendable, Codable {
        let id: String
        let rooms: [String]
        let query: [String: String]
        let time: Date
        let remoteAddress: String?
    }

    private let description: Description
    private let namespace: Namespace

    init(_ description: Description, in namespace: Namespace) {
        self.description = description
        self.namespace = namespace
    }

    /// See ``Socket/id``.
    public var id: String { description.id }
    /// The rooms it was in, without the one of its own id.
    public var rooms: [String] { description.rooms }
    /// Query parameters of the request that opened its session.
    public var query: [String: String] { description.query }
    /// When its session was opened, by the clock of its server.
    public var time: Date { description.time }
    /// The peer of its connection, as text.
    public var remoteAddress: String? { description.remoteAddress }

    /// Sends an event to it; see ``BroadcastOperator/emit(_:_:)``.
    public func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try namespace.to(id).emit(event, repeat each payload)
    }

    /// Has it join rooms.
    public func join(_ rooms: String...) async { await namespace.to(id).socketsJoin(rooms) }

    /// Has it leave rooms.
    public func leave(_ rooms: String...) async { await namespace.to(id).socketsLeave(rooms) }

    /// Disconnects it; see ``Socket/disconnect(close:)``.
    public func disconnect(close: Bool = false) async { await namespace.to(id).disconnectSockets(close: close) }
}

extension RemoteSocket.Description {
    init(_ socket: Socket) async {
        id = socket.id
        rooms = await socket.rooms()
        query = socket.handshake.query
        time = socket.handshake.time
        remoteAddress = socket.handshake.remoteAddress?.description
    }
}
