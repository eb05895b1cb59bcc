/// The name of a room, checked.
struct RoomName: Hashable, Sendable {
    let name: String

    init(_ name: String) throws {
        guard (1...64).contains(name.count) else { throw ChatError("a room's name has 1 to 64 characters") }
        self.name = name
    }
}
