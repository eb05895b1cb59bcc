import MsgKit
import Synchronization

/// A bus without other processes: keeps what it is given.
public final class RecordingBus: EventBus {
    private struct State {
        var failure: (any Error)?
        var gate: Latch?
    }

    /// The calls of ``publish(_:)``.
    public let calls = Journal<[RoomCommand]>()
    /// The calls of ``publish(_:)`` that have begun.
    public let begun = Journal<Int>()
    private let state = Mutex(State())

    public init() {}

    /// From now on publishing fails (nil: succeeds again).
    public func fail(with error: (any Error)?) { state.withLock { $0.failure = error } }

    /// From now on publishing waits for the latch first.
    public func hold(until gate: Latch) { state.withLock { $0.gate = gate } }

    public func publish(_ commands: [RoomCommand]) async throws {
        begun.note(commands.count)
        let (failure, gate) = state.withLock { ($0.failure, $0.gate) }
        await gate?.wait()
        if let failure { throw failure }
        calls.note(commands)
    }

    public func commands() async throws -> AsyncStream<RoomCommand> { AsyncStream { $0.finish() } }
}
