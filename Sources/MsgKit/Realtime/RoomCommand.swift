/// Something to do with the sockets of some rooms, on every node; what Socket.IO calls an adapter's operations.
///
/// A command for no room is for nobody, and a bus need not carry it; ``Room/everyone`` is every socket.
public enum RoomCommand: Sendable, Equatable, Codable {
    /// Send an event to the sockets of any of `rooms` but not of any of `except`, to each once.
    case emit(RoomEmission)
    /// Let the sockets of any of `members` but not of any of `except` join `rooms`.
    case join(members: [Room], except: [Room] = [], rooms: [Room])
    /// Let the sockets of any of `members` but not of any of `except` leave `rooms`.
    case leave(members: [Room], except: [Room] = [], rooms: [Room])
    /// Close the connections of the sockets of any of `members` but not of any of `except`.
    case disconnect(members: [Room], except: [Room] = [])

    /// Of the request that it is done for, where that is known.
    var request: RequestID? {
        if case .emit(let emission) = self { emission.request.flatMap { RequestID($0) } } else { nil }
    }
}
