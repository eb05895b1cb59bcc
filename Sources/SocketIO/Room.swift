/// The members of a room on one event loop.
final class Room {
    let name: String
    /// Side by side, most often in the order in which they came: a broadcast then walks memory in the order in which
    /// it was allocated.
    private(set) var members: [Socket] = []
    private var places: [ObjectIdentifier: Int] = [:]

    init(name: String) {
        self.name = name
    }

    /// Whether it was not a member before.
    func add(_ socket: Socket) -> Bool {
        guard places[ObjectIdentifier(socket)] == nil else { return false }
        places[ObjectIdentifier(socket)] = members.count
        members.append(socket)
        return true
    }

    func remove(_ socket: Socket) {
        guard let place = places.removeValue(forKey: ObjectIdentifier(socket)), let last = members.popLast(),
            last !== socket
        else { return }
        members[place] = last
        places[ObjectIdentifier(last)] = place
    }
}

/// What a room table knows of one of its sockets.
struct Membership {
    var rooms: [Room] = []
    /// The last pass over the table that has met the socket; see ``RoomTable``.
    var mark: UInt64 = 0
}
