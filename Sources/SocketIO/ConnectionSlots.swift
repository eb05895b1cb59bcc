/// The namespaces that one connection is, or was, connected to: an array, because most have one.
///
/// Those that it left are remembered for a while, because packets that crossed the DISCONNECT may still come.
struct ConnectionSlots {
    enum Occupant {
        /// Never connected, or too long ago.
        case none
        case left
        case socket(Socket)
    }

    private enum Slot {
        case socket(Socket)
        case left(String)

        var name: String {
            switch self {
            case .socket(let socket): socket.namespace.name
            case .left(let name): name
            }
        }

        var socket: Socket? {
            if case .socket(let socket) = self { socket } else { nil }
        }
    }

    /// Those that were left are in the order in which that happened.
    private var slots: [Slot] = []

    var sockets: [Socket] { slots.compactMap(\.socket) }

    subscript(name: String) -> Occupant {
        switch slots.first(where: { $0.name == name }) {
        case .socket(let socket): .socket(socket)
        case .left: .left
        case nil: .none
        }
    }

    func contains(_ socket: Socket) -> Bool {
        slots.contains { $0.socket === socket }
    }

    /// Adds a socket, in whose namespace there is none. At the limit the name that was left the longest ago is forgotten.
    ///
    /// - Returns: false when there are `limit` sockets.
    mutating func add(_ socket: Socket, limit: Int) -> Bool {
        slots.removeAll { $0.name == socket.namespace.name }
        if slots.count >= limit {
            guard let oldest = slots.firstIndex(where: { $0.socket == nil }) else { return false }
            slots.remove(at: oldest)
        }
        slots.append(.socket(socket))
        return true
    }

    /// Remembers that the socket was here. False when it was not.
    mutating func leave(_ socket: Socket) -> Bool {
        guard remove(socket) else { return false }
        slots.append(.left(socket.namespace.name))
        return true
    }

    /// Forgets a socket. False when it was not here.
    mutating func remove(_ socket: Socket) -> Bool {
        guard let index = slots.firstIndex(where: { $0.socket === socket }) else { return false }
        slots.remove(at: index)
        return true
    }

    mutating func removeAll() {
        slots = []
    }
}
