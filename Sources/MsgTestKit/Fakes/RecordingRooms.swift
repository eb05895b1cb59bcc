import MsgKit

/// Sockets that nobody has: keeps what it is told to do with them.
public final class RecordingRooms: LocalRooms {
    public let journal = Journal<RoomCommand>()

    public init() {}

    public func perform(_ command: RoomCommand) async { journal.note(command) }

    public var commands: [RoomCommand] { journal.entries }

    /// The events that were emitted, in their order.
    public var emissions: [RoomEmission] {
        commands.compactMap { command in
            if case .emit(let emission) = command { emission } else { nil }
        }
    }

    /// What has happened since the last call of it, in words: an emission by its event's name.
    public func take() -> [RoomCommand] {
        defer { journal.clear() }
        return journal.entries
    }
}
