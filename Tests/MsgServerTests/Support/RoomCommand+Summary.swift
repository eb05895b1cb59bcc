import MsgKit

extension RoomCommand {
    /// The command in few words: an emission by its event's name.
    var summary: String {
        switch self {
        case .emit(let emission):
            let except = emission.except.isEmpty ? "" : " except \(Self.names(emission.except))"
            return "\(emission.event) to \(Self.names(emission.rooms))\(except)"
        case .join(let members, _, let rooms): return "\(Self.names(members)) join \(Self.names(rooms))"
        case .leave(let members, _, let rooms): return "\(Self.names(members)) leave \(Self.names(rooms))"
        case .disconnect(let members, _): return "disconnect \(Self.names(members))"
        }
    }

    private static func names(_ rooms: [Room]) -> String { rooms.map(\.rawValue).sorted().joined(separator: ",") }
}
