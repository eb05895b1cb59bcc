/// Something to do with the sockets of some rooms, on every node; what Socket.IO calls an adapter's operations.
public enum RoomCommand: Sendable, Equatable, Codable {
    /// Send an event to the sockets of any of `rooms` but not of any of `except`, to each once.
    case emit(RoomEmission)
    /// Let the sockets of any of `members` join `rooms`.
    case join(members: [Room], rooms: [Room])
    /// Let the sockets of any of `members` leave `rooms`.
    case leave(members: [Room], rooms: [Room])
    /// Close the connections of the sockets of any of `members`.
    case disconnect(members: [Room])
}
