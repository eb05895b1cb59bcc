import NIOCore

extension Socket {
    /// Joins rooms. Every broadcast that begins after this has returned reaches the socket (a socket that is connecting:
    /// from its CONNECT on). Ignored once it is disconnected.
    public func join(_ rooms: String...) async { await join(rooms) }

    /// Joins rooms.
    public func join(_ rooms: [String]) async {
        await namespace.adapter.join(rooms, self)
    }

    /// Leaves rooms. No broadcast that begins after this has returned reaches the socket through them.
    public func leave(_ rooms: String...) async { await leave(rooms) }

    /// Leaves rooms.
    public func leave(_ rooms: [String]) async {
        await namespace.adapter.leave(rooms, self)
    }

    /// The rooms it is in, without the one of its own id.
    public func rooms() async -> [String] {
        await namespace.adapter.rooms(of: self)
    }

    /// The others of this process; see ``BroadcastOperator/local``.
    public var local: BroadcastOperator { broadcast.local }

    /// Everybody else in the namespace.
    public var broadcast: BroadcastOperator { namespace.except(id) }

    /// The other sockets in any of the rooms.
    public func to(_ rooms: String...) -> BroadcastOperator { broadcast.to(rooms) }
    /// The other sockets in any of the rooms.
    public func to(_ rooms: [String]) -> BroadcastOperator { broadcast.to(rooms) }
    /// The other sockets in any of the rooms.
    public func `in`(_ rooms: String...) -> BroadcastOperator { broadcast.to(rooms) }
    /// The other sockets in none of the rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { broadcast.except(rooms) }
    /// The other sockets in none of the rooms.
    public func except(_ rooms: [String]) -> BroadcastOperator { broadcast.except(rooms) }
}
