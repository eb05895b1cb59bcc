/// An event bus that keeps nothing for a process that is cut off or too slow, and says so.
///
/// What is lost may be that a session has ended or that somebody was taken out of a conversation, so whoever has sockets
/// looks at the records then.
public protocol BusLosses: Sendable {
    /// An element whenever commands of others may have been lost to this process, once it listens again; the beginning of
    /// the subscription is one. Several may come as one. Called once per process.
    func losses() -> AsyncStream<Void>
}
