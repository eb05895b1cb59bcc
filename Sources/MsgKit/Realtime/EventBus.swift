/// How room commands reach the other processes.
///
/// Commands of one publisher arrive in the order in which its calls returned. A process gets what was published after
/// its subscription began; what is published while it is cut off may be lost to it.
public protocol EventBus: Sendable {
    /// Hands commands over for every other process, in their order. Returns when they will outlive this one.
    func publish(_ commands: [RoomCommand]) async throws

    /// The commands of other processes, never of this one, until the task is cancelled. Called once per process. A
    /// subscriber that lags more than the engine keeps loses the oldest; the loss is logged.
    func commands() async throws -> AsyncStream<RoomCommand>
}
