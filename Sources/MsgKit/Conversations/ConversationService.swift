import Algorithms
import Foundation
import Logging

/// What people do with conversations. Only who takes part sees or changes one.
public struct ConversationService: Sendable {
    private let store: any ConversationStore
    private let directory: any ConversationDirectory
    private let users: any UserStore
    private let lookup: OnlineLookup
    private let realtime: RealtimePublisher
    private let clock: any WallClock
    private let identifiers: any IdentifierGenerator
    private let audit: AuditLog

    /// - Parameter audit: where it is told what is changed by a role alone.
    public init(
        store: any ConversationStore, directory: any ConversationDirectory, users: any UserStore,
        presence: any PresenceStore, realtime: RealtimePublisher, clock: any WallClock,
        identifiers: any IdentifierGenerator, logger: Logger, audit: AuditLog = AuditLog()
    ) {
        self.store = store
        self.directory = directory
        self.users = users
        lookup = OnlineLookup(presence: presence, clock: clock, logger: logger)
        self.realtime = realtime
        self.clock = clock
        self.identifiers = identifiers
        self.audit = audit
    }

    /// A conversation, for one who takes part in it. To others it is as if it were not there.
    /// - Throws: ``ErrorCode/conversationNotFound``.
    public func conversation(_ id: Conversation.ID, for principal: Principal) async throws -> Conversation {
        guard let conversation = try await store.conversation(id), principal.takesPart(in: conversation) else {
            throw Self.notFound()
        }
        return conversation
    }

    /// A group, for one who may change it: its creator while they take part, or a moderator.
    /// - Throws: ``ErrorCode/conversationNotFound``, ``ErrorCode/forbidden``.
    private func changeable(_ id: Conversation.ID, for principal: Principal) async throws -> Conversation {
        guard let conversation = try await store.conversation(id), principal.mayKnowOf(conversation) else {
            throw Self.notFound()
        }
        guard !conversation.isDirect else {
            throw MsgError(.forbidden, "A direct conversation has no name and always the same two participants.")
        }
        guard principal.mayChange(conversation) else {
            throw MsgError(.forbidden, "Only the group's creator or a moderator may change it.")
        }
        return conversation
    }

    /// A conversation as its participant sees it.
    /// - Throws: ``ErrorCode/conversationNotFound``.
    public func overview(_ id: Conversation.ID, for principal: Principal) async throws -> ConversationListing {
        guard let overview = try await directory.conversation(id, asSeenBy: principal.id) else { throw Self.notFound() }
        return ConversationListing(overview, online: await lookup.online(among: overview.conversation.participants))
    }

    public func list(for principal: Principal, page: PageRequest) async throws -> Page<ConversationListing> {
        await listings(try await directory.conversations(of: principal.id, page: page))
    }

    public func search(
        _ text: String, for principal: Principal, page: PageRequest
    ) async throws -> Page<ConversationListing> {
        await listings(try await directory.conversations(of: principal.id, containing: text, page: page))
    }

    private func listings(_ page: Page<ConversationOverview>) async -> Page<ConversationListing> {
        let online = await lookup.online(among: page.items.lazy.flatMap(\.conversation.participants))
        return page.map { ConversationListing($0, online: online) }
    }

    public func identifiers(for user: User.ID) async throws -> [Conversation.ID] {
        try await directory.conversationIDs(of: user)
    }

    /// The direct conversation with somebody, found or made.
    /// - Throws: ``ErrorCode/badRequest`` for oneself, ``ErrorCode/userNotFound``.
    public func direct(with other: User.ID, for principal: Principal) async throws -> ConversationSummary {
        guard other != principal.id else { throw MsgError(.badRequest, "A conversation with oneself is not possible.") }
        try await requireActive([other])
        let now = clock.now
        let candidate = Conversation(
            id: identifiers.next(Conversation.self), participants: [principal.id, other], isDirect: true,
            createdBy: principal.id, createdAt: now, updatedAt: now)
        guard let found = try await store.findOrCreateDirect([candidate]).first else { throw Self.notFound() }
        let summary = try await summary(of: found.conversation)
        if found.isNew { try await announce(summary) }
        return summary
    }

    /// A new group of the principal and others.
    /// - Throws: ``ErrorCode/validationFailed`` on `participantIds`, ``ErrorCode/userNotFound``.
    public func createGroup(
        named name: GroupName, with others: [User.ID], for principal: Principal
    ) async throws -> ConversationSummary {
        let participants = [principal.id] + others.uniqued().filter { $0 != principal.id }
        guard participants.count > 1 else {
            throw MsgError.invalid("participantIds", "participantIds must name at least one other user.")
        }
        guard participants.count <= Conversation.maximumParticipants else {
            throw MsgError.invalid(
                "participantIds", "A group may have at most \(Conversation.maximumParticipants) participants.")
        }
        try await requireActive(Array(participants.dropFirst()))
        let now = clock.now
        let conversation = Conversation(
            id: identifiers.next(Conversation.self), participants: participants, name: name.text, isDirect: false,
            createdBy: principal.id, createdAt: now, updatedAt: now)
        try await store.insertGroup(conversation)
        let summary = try await summary(of: conversation)
        try await announce(summary)
        return summary
    }

    /// - Throws: ``ErrorCode/conversationNotFound``, ``ErrorCode/forbidden`` for who may not change the group.
    public func rename(
        _ id: Conversation.ID, to name: GroupName, for principal: Principal
    ) async throws -> ConversationSummary {
        let before = try await changeable(id, for: principal)
        guard let changed = try await store.rename(id, to: name.text, at: clock.now) else { throw Self.notFound() }
        record(.groupRenamed(id), in: before, by: principal)
        let summary = try await summary(of: changed)
        await realtime.send([try ConversationUpdated(summary).emission(to: [.conversation(id)])])
        return summary
    }

    /// - Throws: as ``rename(_:to:for:)``, ``ErrorCode/userNotFound``, ``ErrorCode/conflict`` when the group is full.
    public func add(_ others: [User.ID], to id: Conversation.ID, for principal: Principal) async throws
        -> ConversationSummary
    {
        let before = try await changeable(id, for: principal)
        let added = others.uniqued().filter { !before.participants.contains($0) }
        try await requireActive(added)
        guard let changed = try await store.addParticipants(added, to: id, at: clock.now) else { throw Self.notFound() }
        if !added.isEmpty { record(.peopleAdded(added, to: id), in: before, by: principal) }
        let summary = try await summary(of: changed)
        guard !added.isEmpty else { return summary }
        let rooms = added.map { Room.user($0) }
        await realtime.send([
            try ConversationUpdated(summary).emission(to: [.conversation(id)], except: rooms),
            .join(members: rooms, rooms: [.conversation(id)]),
            try ConversationCreated(summary).emission(to: rooms),
        ])
        return summary
    }

    /// Takes somebody out of a group: oneself, or another by who may change it.
    /// - Throws: as ``rename(_:to:for:)``, ``ErrorCode/userNotFound`` when they do not take part.
    public func remove(
        _ user: User.ID, from id: Conversation.ID, for principal: Principal
    ) async throws -> ConversationSummary {
        let before: Conversation
        if user == principal.id {
            before = try await conversation(id, for: principal)
            guard !before.isDirect else { throw MsgError(.forbidden, "A direct conversation can't be left.") }
        } else {
            before = try await changeable(id, for: principal)
        }
        guard before.participants.contains(user) else {
            throw MsgError(.userNotFound, "The user does not take part in this conversation.")
        }
        guard let changed = try await store.removeParticipant(user, from: id, at: clock.now) else {
            throw Self.notFound()
        }
        if user != principal.id { record(.personRemoved(user, from: id), in: before, by: principal) }
        let summary = try await summary(of: changed)
        // The one who goes hears of it too, and of nothing after it, on any node.
        try await realtime.sendConfirmed([
            try ConversationUpdated(summary).emission(to: [.conversation(id), .user(user)]),
            .leave(members: [.user(user)], rooms: [.conversation(id)]),
        ])
        return summary
    }

    /// Tells of what somebody did to a group that is not theirs.
    private func record(_ moderation: AuditEvent.Moderation, in group: Conversation, by principal: Principal) {
        guard !principal.owns(group) else { return }
        audit.record(.moderated(moderation), by: AuditActor(principal))
    }

    /// What others see of a conversation.
    func summary(of conversation: Conversation) async throws -> ConversationSummary {
        let found = try await users.users(conversation.participants)
        let byID = Dictionary(found.map { ($0.id, $0.reference) }, uniquingKeysWith: { first, _ in first })
        return ConversationSummary(conversation, participants: conversation.participants.compactMap { byID[$0] })
    }

    /// Lets the sockets of the participants join, then tells them.
    private func announce(_ summary: ConversationSummary) async throws {
        let room = Room.conversation(summary.id)
        await realtime.send([
            .join(members: summary.participants.map { Room.user($0.id) }, rooms: [room]),
            try ConversationCreated(summary).emission(to: [room]),
        ])
    }

    private func requireActive(_ ids: [User.ID]) async throws {
        guard try await users.users(ids).count(where: \.isActive) == ids.count else {
            throw MsgError(.userNotFound, ids.count == 1 ? "There is no such user." : "Not all of these users exist.")
        }
    }

    static func notFound() -> MsgError {
        MsgError(.conversationNotFound, "There is no such conversation, or you do not take part in it.")
    }
}
