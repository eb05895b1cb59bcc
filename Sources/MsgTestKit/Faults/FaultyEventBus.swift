import MsgKit

/// A bus behind ``Faults``.
struct FaultyEventBus: EventBus {
    let bus: any EventBus
    let faults: Faults

    func publish(_ commands: [RoomCommand]) async throws {
        try await faults.call { try await bus.publish(commands) }
    }

    func commands() async throws -> AsyncStream<RoomCommand> { try await bus.commands() }
}
