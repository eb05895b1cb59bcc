/// Who is in which room.
actor Members {
    /// So that no client can make it grow without end.
    static let maxRoomsOfOne = 20

    private var rooms: [RoomName: [String: String]] = [:]

    /// The nicknames of those who are there already.
    func join(_ room: RoomName, as nickname: String, _ id: String) throws -> [String] {
        guard rooms.values.count(where: { $0[id] != nil }) < Self.maxRoomsOfOne else {
            throw ChatError("you are in \(Self.maxRoomsOfOne) rooms already")
        }
        let others = rooms[room, default: [:]].filter { $0.key != id }.values.sorted()
        rooms[room, default: [:]][id] = nickname
        return others
    }

    func contains(_ id: String, in room: RoomName) -> Bool { rooms[room]?[id] != nil }

    /// Whether it was there.
    func leave(_ room: RoomName, _ id: String) -> Bool {
        let wasThere = rooms[room]?.removeValue(forKey: id) != nil
        if rooms[room]?.isEmpty == true { rooms[room] = nil }
        return wasThere
    }

    /// The rooms in which it was.
    func leaveAll(_ id: String) -> [RoomName] {
        rooms.keys.filter { leave($0, id) }
    }
}
