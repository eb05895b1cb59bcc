/// How long, and how much of, what a client misses while its connection is gone is kept for it.
///
/// Clients learn of it in CONNECT, which then carries a private session id (`pid`) beside the socket's id, and in a string
/// behind the arguments of every event, the offset. A client that comes back with both within
/// ``maxDisconnectionDuration`` gets its socket's id, rooms and data again and every event it missed, in order, before
/// its CONNECT: ``Socket/isRecovered``. When something may be missing, or come twice, it gets a new socket instead: also
/// when the offset is none that it can have got here, and when it missed more than half of what may wait for a client
/// (`EngineIOConfiguration.maxBufferedBytes`, `EngineIOConfiguration.maxBufferedPackets`).
///
/// What was missed comes before CONNECT because the reference does it so, and its client has shown it all when it tells of
/// `connect`. That client keeps it until CONNECT has come, also over the end of a connection: when one is lost in the
/// middle of this, what had come of it is shown twice after the next. Give what must not count twice an id of its own.
///
/// Unlike the reference implementation this recovers also before the first event and while the server still takes the old
/// connection for alive, runs the middlewares before anything is replayed, and stamps volatile events.
/// Events that ask for an acknowledgement are not replayed: who asked was told that the client is gone.
/// What is kept is kept in this process, per namespace, and goes with it: the last client of a namespace that a
/// ``ParentNamespace`` made is not recovered, nor are those who were lost before it.
public struct ConnectionStateRecovery: Sendable {
    /// Which rooms a recovered socket is in, and so which events it missed.
    public enum Rooms: Sendable {
        /// Those it was in when its connection was lost, and those its middlewares have it join. Who has had no event since
        /// it last left a room is not recovered, as one for that room may have been lost. What a room got between the
        /// client's last event and its joining the room is replayed, too.
        case restored
        /// Only those its middlewares have it join: for rooms that follow from data which may have changed meanwhile.
        case current
    }

    /// How long a lost connection can be recovered, and events are kept. Default 2 minutes.
    public var maxDisconnectionDuration: Duration = .seconds(120)
    /// Most events kept for one namespace. Default 10,000. Who missed one that is gone is not recovered.
    public var maxEvents = 10_000
    /// Most bytes of events kept for one namespace, as framed. Default 16 MiB, with the same consequence.
    public var maxBytes = 16 * 1024 * 1024
    /// Most lost connections kept for one namespace; the oldest go first. Default 100,000.
    public var maxSessions = 100_000
    /// Most keys (see ``ReplayedEvent/key``) remembered for ``RecoveryGap/wasSent(key:)``. Default 50,000.
    public var maxKeys = 50_000
    /// Lets recovered sockets in without their middlewares, as the reference does by default. Default false.
    public var skipsMiddlewares = false
    /// Default ``Rooms/restored``.
    public var rooms = Rooms.restored
    /// Whether a client takes part. The others get neither `pid` nor offsets, which is for clients whose handlers
    /// cannot take one argument more. Default: all take part.
    public var isWanted: @Sendable (Handshake) -> Bool = { _ in true }
    /// Whether a socket that has passed the middlewares may have what the earlier one with this data would have got;
    /// false makes it a new one. Default: whoever knows the `pid` may.
    public var isAllowed: @Sendable (_ socket: Socket, _ earlierData: (any Sendable)?) async -> Bool = { _, _ in true }
    /// Asked for what a client missed that came back but cannot be recovered, with its rooms joined. What is returned is
    /// sent right behind its CONNECT, followed by what was emitted to it meanwhile; ``Socket/isRecovered`` stays false.
    /// An error is logged and sends nothing. When all that is more than a client can be sent (half of
    /// `EngineIOConfiguration.maxBufferedBytes` or `EngineIOConfiguration.maxBufferedPackets`), it is
    /// asked once more, for another socket and with no ``RecoveryGap/offset``; what it then returns should be little, as it
    /// is sent whatever becomes of it.
    public var backfill: (@Sendable (_ socket: Socket, _ gap: RecoveryGap) async throws -> [ReplayedEvent])?

    /// The defaults.
    public init() {}
}
