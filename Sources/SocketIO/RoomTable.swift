import EngineIO
import NIOCore

/// The sockets of one namespace on one event loop, and their rooms.
///
/// A pass over a selection marks each socket it meets with the pass's number, so that a socket in several rooms counts once
/// and an excluded one not at all, without a set being built.
///
/// `@unchecked Sendable`: touched on `eventLoop` only, checked in debug builds.
final class RoomTable: @unchecked Sendable {
    let eventLoop: any EventLoop
    private var sockets: [String: Socket] = [:]
    private var rooms: [String: Room] = [:]
    private var pass: UInt64 = 0
    private let observer: (any SocketIOObserver)?

    init(eventLoop: any EventLoop, observer: (any SocketIOObserver)? = nil) {
        self.eventLoop = eventLoop
        self.observer = observer
    }

    func add(_ socket: Socket) {
        eventLoop.assertInEventLoop()
        sockets[socket.id] = socket
    }

    func remove(_ socket: Socket) {
        eventLoop.assertInEventLoop()
        for room in socket.membership.rooms { leave(room, socket) }
        socket.membership.rooms = []
        // Another may have its id by now.
        if sockets[socket.id] === socket { sockets[socket.id] = nil }
    }

    func join(_ names: [String], _ socket: Socket) {
        eventLoop.assertInEventLoop()
        guard sockets[socket.id] === socket else { return }
        for name in names where name != socket.id {
            let room = rooms[name] ?? Room(name: name)
            rooms[name] = room
            if room.add(socket) { socket.membership.rooms.append(room) }
        }
    }

    func leave(_ names: [String], _ socket: Socket) {
        eventLoop.assertInEventLoop()
        let count = socket.membership.rooms.count
        for name in names {
            guard let index = socket.membership.rooms.firstIndex(where: { $0.name == name }) else { continue }
            leave(socket.membership.rooms.remove(at: index), socket)
        }
        if socket.membership.rooms.count < count { socket.recovery?.leftRooms() }
    }

    private func leave(_ room: Room, _ socket: Socket) {
        room.remove(socket)
        if room.members.isEmpty { rooms[room.name] = nil }
    }

    func roomNames(of socket: Socket) -> [String] {
        eventLoop.assertInEventLoop()
        return socket.membership.rooms.map(\.name)
    }

    /// The rooms of the connected sockets, those included that are one socket's own.
    func occupiedRooms() -> Set<String> {
        eventLoop.assertInEventLoop()
        var names: Set<String> = []
        for socket in sockets.values where socket.isAdmitted {
            names.insert(socket.id)
            for room in socket.membership.rooms { names.insert(room.name) }
        }
        return names
    }

    /// Writes one packet to every connected socket of the selection.
    func deliver(_ delivery: Delivery, to selection: RoomSelection) {
        var recipients = 0
        forEach(in: selection) { socket in
            guard socket.isAdmitted, let outgoing = delivery.outgoing(for: socket) else { return }
            socket.write(outgoing, isVolatile: selection.isVolatile)
            recipients += 1
        }
        if recipients > 0 { observer?.delivered(delivery.event, to: recipients) }
    }

    /// The sockets of the selection, connecting ones too.
    func sockets(in selection: RoomSelection) -> [Socket] {
        var found: [Socket] = []
        forEach(in: selection) { found.append($0) }
        return found
    }

    private func forEach(in selection: RoomSelection, _ body: (Socket) -> Void) {
        eventLoop.assertInEventLoop()
        pass += 1
        for name in selection.except { forEachMember(of: name) { $0.membership.mark = pass } }
        func visit(_ socket: Socket) {
            guard socket.membership.mark != pass else { return }
            socket.membership.mark = pass
            body(socket)
        }
        if selection.rooms.isEmpty {
            for socket in sockets.values { visit(socket) }
        } else {
            for name in selection.rooms { forEachMember(of: name, visit) }
        }
    }

    /// A socket's id is a room with one member, which needs no room of its own.
    private func forEachMember(of name: String, _ body: (Socket) -> Void) {
        if let socket = sockets[name] { body(socket) }
        guard let room = rooms[name] else { return }
        for socket in room.members { body(socket) }
    }
}
