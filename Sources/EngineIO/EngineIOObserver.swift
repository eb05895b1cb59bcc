/// Told of what happens to sessions, for counters. Called on their event loops, so it must not block; nothing of it is
/// called for each message.
public protocol EngineIOObserver: Sendable {
    /// A session was opened.
    func sessionOpened(_ transport: EngineIOTransport)
    /// A session went over from polling to a websocket.
    func sessionUpgraded()
    /// A volatile message was not sent because too much waits for its client.
    func volatileDropped()
    /// A client was closed because too much waited for it.
    func clientOverflowed()
}
