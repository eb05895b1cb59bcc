import Foundation
import GRDB
import MsgKit

/// What a person takes part in, read from SQLite. Listing costs what the page holds, beside the sorting of the
/// person's own conversations: unread messages are not counted but kept.
struct SQLiteConversationDirectory: ConversationDirectory {
    private static let order =
        "coalesce(conversations.lastMessageAt, conversations.createdAt) DESC, conversations.id"

    /// The viewer's own row of each conversation beside the conversation.
    private static let own = """
        FROM conversation_members AS own JOIN conversations ON conversations.id = own.conversation WHERE own.user = ?
        """

    private static let columns =
        "\(Conversation.columns), conversations.messageCount - own.baseline - own.sentCount - own.readCount"

    let database: SQLiteDatabase

    func conversations(of user: User.ID, page: PageRequest) async throws -> Page<ConversationOverview> {
        try await overviews(of: user, page: page)
    }

    func conversations(
        of user: User.ID, containing text: String, page: PageRequest
    ) async throws -> Page<ConversationOverview> {
        let pattern = LikePattern.containing(TextFolding.fold(text))
        return try await overviews(
            of: user,
            matching: """
                AND (conversations.nameKey LIKE ? ESCAPE '\\' OR EXISTS (
                    SELECT 1 FROM conversation_members AS other JOIN users ON users.id = other.user
                    WHERE other.conversation = own.conversation AND other.user <> own.user
                        AND users.username LIKE ? ESCAPE '\\'))
                """, [pattern, pattern], page: page)
    }

    func conversation(_ id: Conversation.ID, asSeenBy user: User.ID) async throws -> ConversationOverview? {
        try await database.read { db in
            let rows = try db.all(
                "SELECT \(Self.columns) \(Self.own) AND own.conversation = ?", [user, id]
            ) { try Self.overview($0) }
            return try Self.complete(rows, in: db).first
        }
    }

    func conversationIDs(of user: User.ID) async throws -> [Conversation.ID] {
        try await database.read { db in
            try db.all("SELECT conversation FROM conversation_members WHERE user = ?", [user]) { try $0.id(0) }
        }
    }

    private func overviews(
        of user: User.ID, matching condition: String = "", _ arguments: SQLArguments = [], page: PageRequest
    ) async throws -> Page<ConversationOverview> {
        try await database.read { db in
            let all: SQLArguments = [user] + arguments
            let total = try db.number("SELECT count(*) \(Self.own) \(condition)", all)
            let rows = try db.all(
                "SELECT \(Self.columns) \(Self.own) \(condition) ORDER BY \(Self.order) LIMIT ? OFFSET ?",
                all + [page.limit, page.offset]
            ) { try Self.overview($0) }
            return Page(items: try Self.complete(rows, in: db), request: page, total: Int(total))
        }
    }

    private static func overview(_ row: ResultRow) throws -> ConversationOverview {
        ConversationOverview(
            conversation: try Conversation(row: row), participants: [], lastMessage: nil, lastSender: nil,
            unreadCount: max(0, try row.value(Conversation.columnCount) as Int))
    }

    /// Adds the participants and the last messages, each with one query for all conversations of a page.
    private static func complete(
        _ overviews: [ConversationOverview], in db: Database
    ) throws -> [ConversationOverview] {
        var participants: [Conversation.ID: [User]] = [:]
        let members = try db.all(
            """
            SELECT \(User.columns), conversation_members.conversation
            FROM conversation_members JOIN users ON users.id = conversation_members.user
            WHERE conversation_members.conversation IN (SELECT value FROM json_each(?))
            ORDER BY conversation_members.conversation, conversation_members.position
            """, [overviews.map(\.conversation.id).json()]
        ) { row in
            (conversation: try row.id(User.columnCount) as Conversation.ID, user: try User(row: row))
        }
        for member in members { participants[member.conversation, default: []].append(member.user) }
        let last = try Message.stored(overviews.compactMap(\.conversation.lastMessage), in: db)
        let messages = Dictionary(last.map { ($0.message.id, $0) }) { first, _ in first }
        return overviews.map { overview in
            var overview = overview
            overview.participants = participants[overview.conversation.id] ?? []
            overview.conversation.participants = overview.participants.map(\.id)
            if let id = overview.conversation.lastMessage, let last = messages[id] {
                overview.lastMessage = last.message
                overview.lastSender = last.sender
            }
            return overview
        }
    }
}
