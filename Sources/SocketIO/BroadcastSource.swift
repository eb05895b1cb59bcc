import NIOCore

/// What a broadcast begins at: a ``Namespace``, a ``ParentNamespace``, a ``SocketIOServer`` for its main namespace, or a
/// selection that is to be narrowed down further.
///
/// ```swift
/// try io.to("news").except(socket.id).volatile.emit("headline", text)
/// ```
public protocol BroadcastSource: Sendable {
    /// Sockets, and what can be done to all of them.
    associatedtype Selection: BroadcastSelection

    /// All of its sockets, to be narrowed down.
    var all: Selection { get }
}

extension BroadcastSource {
    // MARK: Narrowing

    /// Adds rooms: a socket has to be in one of all the rooms added. Without any, every socket is meant.
    public func to(_ rooms: String...) -> Selection { to(rooms) }
    /// Adds rooms: a socket has to be in one of all the rooms added. Without any, every socket is meant.
    public func to(_ rooms: [String]) -> Selection { all.narrowed { $0.rooms += rooms } }
    /// The same as `to`.
    public func `in`(_ rooms: String...) -> Selection { to(rooms) }
    /// The same as `to`.
    public func `in`(_ rooms: [String]) -> Selection { to(rooms) }
    /// Leaves out the sockets in any of these rooms. The id of a socket is a room.
    public func except(_ rooms: String...) -> Selection { except(rooms) }
    /// Leaves out the sockets in any of these rooms. The id of a socket is a room.
    public func except(_ rooms: [String]) -> Selection { all.narrowed { $0.except += rooms } }

    // MARK: Flags

    /// Sends events that are of no use when late: to a client to which much waits already they are not sent; see
    /// ``EngineIO/EngineIOSession/send(_:isVolatile:)``.
    public var volatile: Selection { all.narrowed { $0.isVolatile = true } }
    /// Means the sockets of this process only. Without other processes it changes nothing.
    public var local: Selection { all.narrowed { $0.isLocal = true } }

    // MARK: Emitting

    /// Sends an event to all of them; see ``BroadcastSelection/emit(_:_:)``.
    public func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try all.emit(event, repeat each payload)
    }

    /// Sends an event with one argument that is JSON already; see ``BroadcastSelection/emit(_:json:)``.
    public func emit(_ event: String, json: ByteBuffer) throws {
        try all.emit(event, json: json)
    }
}
