import NIOCore

/// What the sockets of one namespace can be told to do. A ``BroadcastOperator`` does it itself.
extension BroadcastSource where Selection == BroadcastOperator {
    /// How long `emitWithAck` waits for acknowledgements; without it 10 s.
    public func timeout(_ duration: Duration) -> BroadcastOperator { all.waiting(duration) }

    /// Sends an event to every socket and asks each for an acknowledgement; see
    /// ``BroadcastOperator/emitWithAck(_:_:timeout:)``.
    public func emitWithAck<each Payload: Encodable>(
        _ event: String, _ payload: repeat each Payload, timeout: Duration? = nil
    ) async throws -> BroadcastAnswers {
        try await all.emitWithAck(event, repeat each payload, timeout: timeout)
    }

    /// Has every socket join rooms; see ``BroadcastOperator/socketsJoin(_:)-([String])``.
    public func socketsJoin(_ rooms: String...) async { await all.socketsJoin(rooms) }
    /// Has every socket join rooms; see ``BroadcastOperator/socketsJoin(_:)-([String])``.
    public func socketsJoin(_ rooms: [String]) async { await all.socketsJoin(rooms) }
    /// Has every socket leave rooms; see ``BroadcastOperator/socketsLeave(_:)-([String])``.
    public func socketsLeave(_ rooms: String...) async { await all.socketsLeave(rooms) }
    /// Has every socket leave rooms; see ``BroadcastOperator/socketsLeave(_:)-([String])``.
    public func socketsLeave(_ rooms: [String]) async { await all.socketsLeave(rooms) }
    /// Disconnects every socket; see ``BroadcastOperator/disconnectSockets(close:)``.
    public func disconnectSockets(close: Bool = false) async { await all.disconnectSockets(close: close) }

    /// The connected sockets of this process.
    public func fetchSockets() async -> [Socket] { await all.fetchSockets() }
    /// The connected sockets of all servers of the cluster; see ``BroadcastOperator/fetchRemoteSockets(timeout:)``.
    public func fetchRemoteSockets(timeout: Duration = .seconds(5)) async throws -> [RemoteSocket] {
        try await all.fetchRemoteSockets(timeout: timeout)
    }
}
