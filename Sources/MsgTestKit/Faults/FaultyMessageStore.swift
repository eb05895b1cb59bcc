import Foundation
import MsgKit

/// Messages behind ``Faults``.
struct FaultyMessageStore: MessageStore {
    let store: any MessageStore
    let faults: Faults

    func insert(_ message: Message) async throws -> MessageInsertion {
        try await faults.call { try await store.insert(message) }
    }

    func message(_ id: Message.ID) async throws -> Message? {
        try await faults.call { try await store.message(id) }
    }

    func messages(_ ids: [Message.ID]) async throws -> [Message] {
        try await faults.call { try await store.messages(ids) }
    }

    func messages(in conversation: Conversation.ID, _ cursor: MessageCursor, limit: Int) async throws -> MessagePage {
        try await faults.call { try await store.messages(in: conversation, cursor, limit: limit) }
    }

    func markRead(_ id: Message.ID, by user: User.ID, at instant: Date) async throws -> Bool {
        try await faults.call { try await store.markRead(id, by: user, at: instant) }
    }

    func delete(_ id: Message.ID, at instant: Date) async throws -> Message? {
        try await faults.call { try await store.delete(id, at: instant) }
    }
}
