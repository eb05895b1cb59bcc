import Foundation
import MsgKit
import MsgTestKit
import Synchronization

/// A store of messages whose first insert takes until a latch opens.
final class SlowMessages: MessageStore {
    /// The message of each insert, when it begins.
    let begun = Journal<Message.ID>()
    private let store: any MessageStore
    private let gate: Latch
    private let isFirst = Atomic(true)

    init(_ store: any MessageStore, until gate: Latch) {
        self.store = store
        self.gate = gate
    }

    func insert(_ message: Message) async throws -> MessageInsertion {
        begun.note(message.id)
        if isFirst.exchange(false, ordering: .relaxed) { await gate.wait() }
        return try await store.insert(message)
    }

    func message(_ id: Message.ID) async throws -> Message? { try await store.message(id) }
    func messages(_ ids: [Message.ID]) async throws -> [Message] { try await store.messages(ids) }

    func messages(in conversation: Conversation.ID, _ cursor: MessageCursor, limit: Int) async throws -> MessagePage {
        try await store.messages(in: conversation, cursor, limit: limit)
    }

    func markRead(_ id: Message.ID, by user: User.ID, at instant: Date) async throws -> Bool {
        try await store.markRead(id, by: user, at: instant)
    }

    func delete(_ id: Message.ID, at instant: Date) async throws -> Message? {
        try await store.delete(id, at: instant)
    }
}
