import Foundation

/// What an ``EngineIOServer`` allows and how long it waits.
public struct EngineIOConfiguration: Sendable {
    /// Path of the endpoint, compared without its trailing slash. Default `/socket.io/`.
    public var path = "/socket.io/"
    /// Time between a pong (or the handshake) and the next ping of the server. Default 25 s.
    public var pingInterval: Duration = .seconds(25)
    /// Time a client has to answer a ping before its session is closed as ``EngineIOCloseReason/pingTimeout``. Default 20 s.
    public var pingTimeout: Duration = .seconds(20)
    /// Time a websocket has to complete the upgrade of a polling session before it is closed. Default 10 s.
    public var upgradeTimeout: Duration = .seconds(10)
    /// Time a polite close waits for the peer (its close frame, or its next poll) before it is forced. Default 5 s.
    public var closeTimeout: Duration = .seconds(5)
    /// Largest message and largest POST body, in bytes. Default 1,000,000.
    /// A longer websocket message closes with code 1009 before it is buffered; a longer body is answered 413.
    public var maxPayload = 1_000_000
    /// Most packets in one POST. Default 4,096. More closes the session as ``EngineIOCloseReason/parseError``.
    public var maxPacketsPerPayload = 4_096
    /// Most packets in the answer to one poll; the rest waits for the next. Default 16, which is all that Python's client
    /// takes.
    public var maxPacketsPerPoll = 16
    /// Bytes that may wait for one slow client before its session is closed as ``EngineIOCloseReason/transportError``.
    /// Counted beyond the channel's own high watermark (64 KiB). Default 4 MiB.
    public var maxBufferedBytes = 4 * 1024 * 1024
    /// Packets that may wait for one slow client, with the same consequence. Default 8,192.
    public var maxBufferedPackets = 8_192
    /// Bytes that may wait for one client by polling, or for a websocket on another loop that is busy, before volatile
    /// messages to it are dropped. Default 64 KiB, which is also the high watermark that decides for other websockets.
    public var volatileBacklogBytes = 64 * 1024
    /// Packets that may wait there, with the same consequence. Default 64.
    public var volatileBacklogPackets = 64
    /// Frames in a second, in the long run, by which one websocket brings no message: pings and pongs, Engine.IO's own packets,
    /// and fragments before the last. After a pause ten times as many may come at once. A client that sends more is not read
    /// until it may again. Default 100; nil: as many as are handled.
    public var maxOverheadFramesPerSecond: Int? = 100
    /// Open sessions; a handshake over it is answered 503. Default 100,000.
    public var maxSessions = 100_000
    /// Time for which a session keeps its place from others until the application calls ``EngineIOSession/admit()``. After it,
    /// and with ``maxSessions`` reached, a new one takes the place of the one that has waited longest, which is dropped as
    /// ``EngineIOCloseReason/forcedClose``. Default: nil, all sessions count as let in.
    public var admissionGrace: Duration?
    /// Which pages of other origins may connect. Default: none.
    public var allowedOrigins = EngineIOAllowedOrigins.sameOrigin
    /// Asked about each handshake, by polling or websocket, before a session is opened; for limits by address, for instance.
    /// The user is better checked by Socket.IO's middlewares. Default nil: all are allowed. While it is at work the client
    /// waits, so it should bound its own time.
    ///
    /// A websocket that is refused goes on as an ordinary request, as all refused upgrades do, and is asked about again.
    public var allowRequest: (@Sendable (EngineIORequest) async -> EngineIORequestVerdict)?
    /// A cookie for load balancers. Default nil: none.
    public var cookie: EngineIOCookie?
    /// Header fields to add to the answer of a handshake, by polling or websocket. Default nil: none.
    public var initialHeaders: (@Sendable (EngineIORequest) -> EngineIOHeaders)?
    /// Told of each request that is refused, for logs and counters. Must not block. Default nil.
    public var onConnectionError: (@Sendable (EngineIOConnectionError) -> Void)?
    /// Counts what happens. Default nil.
    public var observer: (any EngineIOObserver)?
    /// Source of the random bytes of session ids. Must be unpredictable: an id is all that a poll is authorised by.
    public var randomBytes: @Sendable (_ count: Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
    /// Wall clock, for ``EngineIOHandshake/time`` only; intervals are measured by the event loops.
    public var now: @Sendable () -> Date = { Date() }

    /// The defaults of the reference implementation, with bounds on everything a peer can grow.
    public init() {}

    /// A fresh id: 15 random bytes as 20 characters of base64url.
    package func makeID() -> String {
        Data(randomBytes(15)).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
    }
}
