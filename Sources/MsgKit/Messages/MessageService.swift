import Foundation
import Metrics

/// What people do with messages. Only who takes part in a conversation sends, reads or marks there.
public struct MessageService: Sendable {
    private let messages: any MessageStore
    private let conversations: ConversationService
    private let users: any UserStore
    private let realtime: RealtimePublisher
    private let clock: any WallClock
    private let identifiers: any IdentifierGenerator
    private let metrics: MessageMetrics
    private let audit: AuditLog

    /// - Parameters:
    ///   - metrics: where stored messages are counted and timed; nil for that of the process.
    ///   - audit: where it is told what is deleted by a role alone.
    public init(
        messages: any MessageStore, conversations: ConversationService, users: any UserStore,
        realtime: RealtimePublisher, clock: any WallClock, identifiers: any IdentifierGenerator,
        metrics: (any MetricsFactory)? = nil, audit: AuditLog = AuditLog()
    ) {
        self.messages = messages
        self.conversations = conversations
        self.users = users
        self.realtime = realtime
        self.clock = clock
        self.identifiers = identifiers
        self.metrics = MessageMetrics(factory: metrics)
        self.audit = audit
    }

    /// Stores a message and tells the conversation; when it returns the message is durable.
    /// - Parameter socket: the sending socket, which is not told.
    /// - Throws: ``ErrorCode/conversationNotFound``, also for who does not take part; ``ErrorCode/forbidden``;
    ///   ``ErrorCode/conflict`` when `clientMessageId` names a message that says something else.
    public func send(
        _ draft: MessageDraft, from principal: Principal, socket: String? = nil
    ) async throws -> MessageInsertion {
        let start = ContinuousClock.now
        let now = clock.now
        let message = Message(
            id: identifiers.next(Message.self), content: draft.content.text, sender: principal.id,
            conversation: draft.conversation, clientMessageID: draft.clientMessageID?.text, createdAt: now,
            updatedAt: now)
        let insertion: MessageInsertion
        do {
            insertion = try await messages.insert(message)
        } catch let error as MsgError where error.code == .notParticipant {
            throw ConversationService.notFound()
        }
        guard insertion.isNew || Self.isRetry(draft, of: insertion.message) else {
            throw MsgError(
                .conflict,
                "This clientMessageId was used for another message, or for one that was deleted; nothing was stored.")
        }
        if insertion.isNew {
            metrics.stored.increment()
            (socket == nil ? metrics.restSeconds : metrics.socketSeconds).record(since: start)
            let emission = try MessageReceived(insertion).emission(
                to: [.conversation(draft.conversation)], except: socket.map { [.socket($0)] } ?? [])
            await realtime.send([emission])
        }
        return insertion
    }

    /// Whether a draft says what was stored under its id before.
    private static func isRetry(_ draft: MessageDraft, of message: Message) -> Bool {
        message.conversation == draft.conversation && message.content == draft.content.text && !message.isDeleted
    }

    /// A stretch of a conversation, and who wrote it.
    /// - Throws: as ``ConversationService/conversation(_:for:)``, and ``ErrorCode/messageNotFound`` for the cursor.
    public func list(
        in conversation: Conversation.ID, _ cursor: MessageCursor, limit: Int, for principal: Principal
    ) async throws -> (page: MessagePage, senders: [User.ID: UserReference]) {
        _ = try await conversations.conversation(conversation, for: principal)
        let page = try await messages.messages(in: conversation, cursor, limit: limit)
        return (page, try await senders(of: page.messages))
    }

    /// Marks a message read; once is enough.
    /// - Throws: ``ErrorCode/messageNotFound``, also for who does not take part.
    public func markRead(_ id: Message.ID, by principal: Principal) async throws {
        let message = try await visible(id, to: principal)
        let now = clock.now
        guard try await messages.markRead(id, by: principal.id, at: now) else { return }
        await realtime.send([
            try MessageReadBy(message: id, reader: principal.user, at: now).emission(to: [
                .conversation(message.conversation)
            ])
        ])
    }

    /// Deletes one's own message, or as a moderator anyone's.
    /// - Throws: ``ErrorCode/messageNotFound``, also for who does not take part; ``ErrorCode/forbidden``.
    public func delete(_ id: Message.ID, by principal: Principal) async throws {
        // One's own stays one's own, also after leaving the conversation.
        let isAllowed =
            if let message = try await messages.message(id), !message.isDeleted {
                principal.mayDelete(message)
            } else {
                false
            }
        if !isAllowed {
            _ = try await visible(id, to: principal)
            throw MsgError(.forbidden, "Only its sender or a moderator may delete a message.")
        }
        guard let deleted = try await messages.delete(id, at: clock.now) else { throw Self.notFound() }
        if deleted.sender != principal.id {
            audit.record(
                .moderated(.messageDeleted(id, of: deleted.sender, in: deleted.conversation)),
                by: AuditActor(principal))
        }
        await realtime.send([try MessageDeleted(deleted).emission(to: [.conversation(deleted.conversation)])])
    }

    /// A message, for one who takes part in its conversation. To others it is as if it were not there.
    private func visible(_ id: Message.ID, to principal: Principal) async throws -> Message {
        guard let message = try await messages.message(id), !message.isDeleted else { throw Self.notFound() }
        do {
            _ = try await conversations.conversation(message.conversation, for: principal)
        } catch let error as MsgError where error.code == .conversationNotFound {
            throw Self.notFound()
        }
        return message
    }

    /// Who wrote some messages.
    func senders(of messages: [Message]) async throws -> [User.ID: UserReference] {
        let found = try await users.users(Array(Set(messages.map(\.sender))))
        return Dictionary(found.map { ($0.id, $0.reference) }, uniquingKeysWith: { first, _ in first })
    }

    private static func notFound() -> MsgError {
        MsgError(.messageNotFound, "There is no such message.")
    }
}
