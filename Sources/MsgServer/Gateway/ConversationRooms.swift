import MsgKit
import SocketIO

/// The rooms of a user's conversations, and their sockets.
struct ConversationRooms: Sendable {
    /// Memberships that change all the time may be in the middle of it; the commands of their changes see to the rest.
    private static let maximumRounds = 5

    let user: User.ID
    let sockets: [Socket]
    let conversations: ConversationService

    /// Has the sockets in these rooms and in no other conversation's.
    ///
    /// Each join is followed by a reading, so that nobody stays who was taken out between the reading and the join; and
    /// whoever was let go and is a member again is let in again.
    func follow() async throws {
        var left: Set<Conversation.ID> = []
        for _ in 0..<Self.maximumRounds {
            let before = Set(try await conversations.identifiers(for: user))
            for socket in sockets { await socket.join(Self.rooms(before.subtracting(await Self.joined(socket)))) }
            var joined: [Set<Conversation.ID>] = []
            for socket in sockets { joined.append(await Self.joined(socket)) }
            let after = Set(try await conversations.identifiers(for: user))
            for (socket, rooms) in zip(sockets, joined) {
                let surplus = rooms.subtracting(after)
                left.formUnion(surplus)
                if !surplus.isEmpty { await socket.leave(Self.rooms(surplus)) }
            }
            guard !left.isEmpty, !left.isDisjoint(with: try await conversations.identifiers(for: user)) else { return }
        }
    }

    private static func joined(_ socket: Socket) async -> Set<Conversation.ID> {
        Set(await socket.rooms().compactMap { MsgKit.Room(rawValue: $0).conversationID })
    }

    private static func rooms(_ conversations: Set<Conversation.ID>) -> [String] {
        conversations.map { MsgKit.Room.conversation($0).rawValue }
    }
}
