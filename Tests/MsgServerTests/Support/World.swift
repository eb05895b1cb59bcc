import Foundation
import Logging
import MsgKit
import MsgTestKit
import SQLiteBackend

/// The use cases on a real store in a directory of its own, at a time that stands still; who hears of what is recorded.
final class World: Sendable {
    let clock = FakeClock()
    let rooms = RecordingRooms()
    let bus = RecordingBus()
    let identifiers = ObjectIdentifierGenerator()
    let node = NodeID.random()
    let store: SQLiteBackend
    let realtime: RealtimePublisher
    /// What the audit log was told.
    let audited = Journal<String>()
    let tokens: TokenIssuer
    let accounts: AccountService
    let conversations: ConversationService
    let messages: MessageService
    let search: SearchService

    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    private init(path: String, visibilityTimeout: Duration) async throws {
        store = try await SQLiteBackend.open(
            directory: DataDirectory(path: path), options: SQLiteOptions(visibilityTimeout: visibilityTimeout),
            logger: Self.silent, clock: clock)
        realtime = RealtimePublisher(local: rooms, bus: bus, logger: Self.silent)
        tokens = TokenIssuer(
            signing: await TokenKey(secret: Array("a secret of more than thirty-two bytes".utf8)), issuer: "msgctl",
            audience: "clients",
            accessLifetime: .seconds(900), refreshLifetime: .seconds(2_592_000), clock: clock)
        accounts = AccountService(
            users: store.users, sessions: store.sessions, hasher: PasswordHasher(cost: 4), tokens: tokens,
            realtime: realtime, clock: clock, identifiers: identifiers, refreshGrace: .seconds(10),
            audit: AuditLog(logger: LogJournal.logger(audited)))
        conversations = ConversationService(
            store: store.conversations, directory: store.directory, users: store.users,
            presence: store.presence, realtime: realtime, clock: clock, identifiers: identifiers, logger: Self.silent,
            audit: AuditLog(logger: LogJournal.logger(audited)))
        messages = MessageService(
            messages: store.messages, conversations: conversations, users: store.users, realtime: realtime,
            clock: clock, identifiers: identifiers, audit: AuditLog(logger: LogJournal.logger(audited)))
        search = SearchService(
            index: store.search, feed: store.changes, messages: store.messages, conversations: conversations,
            service: messages)
    }

    var exclusions: ExclusionService {
        ExclusionService(exclusions: store.exclusions, users: store.users, clock: clock)
    }

    /// A world of its own for the body, gone afterwards.
    static func with(
        visibilityTimeout: Duration = .seconds(60), _ body: (World) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.path + "/msgctl-world-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let world = try await World(path: path, visibilityTimeout: visibilityTimeout)
        do {
            try await body(world)
        } catch {
            try await world.store.close()
            throw error
        }
        try await world.store.close()
    }

    /// A user who is logged in.
    func person(
        _ username: String, role: UserRole = .user, isActive: Bool = true, autoMessages: Bool = true
    ) async throws -> Principal {
        let user = User(
            id: identifiers.next(User.self), username: username, email: "\(username)@example.org", passwordHash: "",
            role: role, isActive: isActive, autoMessages: autoMessages, createdAt: clock.now, updatedAt: clock.now)
        try await store.users.insert(user)
        return Principal(user: user.reference, role: role, session: identifiers.next(Session.self))
    }

    func people(_ usernames: String...) async throws -> [Principal] {
        var people: [Principal] = []
        for username in usernames { people.append(try await person(username)) }
        return people
    }

    func change(_ person: Principal, _ change: UserChange) async throws {
        _ = try await store.users.update(person.id, change, at: clock.now)
    }

    /// A group of the first and the others; nothing of its making is left in ``rooms``.
    func group(_ people: [Principal], name: String = "Group") async throws -> Conversation.ID {
        let summary = try await conversations.createGroup(
            named: try GroupName(name), with: people.dropFirst().map(\.id), for: people[0])
        rooms.journal.clear()
        return summary.id
    }

    func draft(_ content: String, in conversation: Conversation.ID, id: String? = nil) throws -> MessageDraft {
        MessageDraft(
            conversation: conversation, content: try MessageContent(content),
            clientMessageID: try id.map { try ClientMessageID($0) })
    }

    @discardableResult
    func say(_ content: String, in conversation: Conversation.ID, by person: Principal) async throws -> Message {
        try await messages.send(try draft(content, in: conversation), from: person).message
    }
}
