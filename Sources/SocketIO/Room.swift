/// The members of a room on one event loop.
final class Room {
    let name: String
    private(set) var members: [ObjectIdentifier: Socket] = [:]

    init(name: String) {
        self.name = name
    }

    /// Whether it was not a member before.
    func add(_ socket: Socket) -> Bool {
        members.updateValue(socket, forKey: ObjectIdentifier(socket)) == nil
    }

    func remove(_ socket: Socket) {
        members[ObjectIdentifier(socket)] = nil
    }
}

/// What a room table knows of one of its sockets.
struct Membership {
    var rooms: [Room] = []
    /// The last pass over the table that has met the socket; see ``RoomTable``.
    var mark: UInt64 = 0
}
