import Logging
import MsgKit

/// The sockets of this process, where nobody stays in the room of a conversation that they do not take part in.
///
/// Two changes of a membership may reach the rooms in another order than they were stored in. Each `leave` follows its
/// commit, so whoever looks after a `join` at who takes part is right about it, or is put right by the `leave` to come.
public struct MemberRooms: LocalRooms {
    private let rooms: SocketRooms
    private let conversations: any ConversationStore
    private let logger: Logger

    public init(_ rooms: SocketRooms, conversations: any ConversationStore, logger: Logger) {
        self.rooms = rooms
        self.conversations = conversations
        self.logger = logger
    }

    public func perform(_ command: RoomCommand) async {
        await rooms.perform(command)
        guard case .join(let members, _, let joined) = command else { return }
        let users = members.compactMap { room in room.userID.map { (id: $0, room: room) } }
        for room in joined {
            guard let id = room.conversationID else { continue }
            var participants: [User.ID] = []
            do {
                participants = try await conversations.conversation(id)?.participants ?? []
            } catch {
                // Who is not known to take part hears nothing; connecting anew brings the others back.
                logger.warning(
                    "sockets were kept out of a conversation: its participants could not be read",
                    metadata: ["conversation": "\(id)", "error": "\(String(reflecting: error))"])
            }
            let strangers = users.filter { !participants.contains($0.id) }.map(\.room)
            if !strangers.isEmpty { await rooms.perform(.leave(members: strangers, rooms: [room])) }
        }
    }
}
