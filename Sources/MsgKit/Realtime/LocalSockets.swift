/// The sockets of this process, for servers of another make that work beside it and ask about them.
public protocol LocalSockets: LocalRooms {
    /// The sockets in any of `rooms` but in none of `except`.
    func sockets(in rooms: [Room], except: [Room]) async -> [LocalSocket]

    /// The rooms that have a socket here, those included that are one socket's own.
    func rooms() async -> Set<Room>

    /// Sends an event and waits for the clients' acknowledgements.
    /// - Parameters:
    ///   - timeout: after which a client that has not answered is not waited for any more.
    ///   - asked: called once with how many it was sent to, before any answer.
    ///   - answered: called with each answer, one after the other.
    func ask(
        _ emission: RoomEmission, timeout: Duration, asked: @escaping @Sendable (Int) async -> Void,
        answered: @escaping @Sendable (SocketAnswer) async -> Void) async
}
