import MsgKit
import SocketIO

/// The sockets of this process, as room commands address them.
public struct SocketRooms: LocalRooms {
    let namespace: Namespace

    public init(_ server: SocketIOServer) {
        namespace = server.of("/")
    }

    public func perform(_ command: RoomCommand) async {
        switch command {
        case .emit(let emission):
            // Without rooms Socket.IO would mean everybody.
            guard !emission.rooms.isEmpty else { return }
            let selection = namespace.to(emission.rooms.map(\.rawValue)).except(emission.except.map(\.rawValue))
            // Only reserved names are refused, and none of the contract's is.
            try? selection.emit(emission.event, json: Array(emission.payload.utf8))
        case .join(let members, let rooms):
            guard !members.isEmpty else { return }
            await namespace.in(members.map(\.rawValue)).socketsJoin(rooms.map(\.rawValue))
        case .leave(let members, let rooms):
            guard !members.isEmpty else { return }
            await namespace.in(members.map(\.rawValue)).socketsLeave(rooms.map(\.rawValue))
        case .disconnect(let members):
            guard !members.isEmpty else { return }
            await namespace.in(members.map(\.rawValue)).disconnectSockets(close: true)
        }
    }
}
