import MsgKit

/// What one connection is for: its part of the conversation with the broker. It belongs to the connection's thread.
protocol ConnectionSession: AnyObject, SendableMetatype {
    associatedtype Command: Sendable

    /// Whether anybody waits for the broker; without it no connection is made.
    var hasDemand: Bool { get }
    /// Whether there is something to send for which the socket had no room.
    var wantsToWrite: Bool { get }

    /// Prepares a fresh connection, waiting for the broker's answers.
    func begin(on connection: AMQPConnection, until deadline: ContinuousClock.Instant) throws
    /// Takes a command; it is carried out by ``advance(on:at:)``.
    func accept(_ command: Command)
    func handle(_ event: AMQPEvent) throws
    /// Sends what can be sent now; returns when it wants to be called again, if nothing else happens.
    func advance(on connection: AMQPConnection, at now: ContinuousClock.Instant) throws -> ContinuousClock.Instant?
    /// The connection is gone: what depended on it fails, what can begin anew on another one waits.
    func disconnected(_ error: MsgError)
    /// There is no connection and none can be made: everything fails.
    func fail(_ error: MsgError)
    /// The program ends: nothing new is begun.
    func stop()
}
