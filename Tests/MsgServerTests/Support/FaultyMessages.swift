import Foundation
import MsgKit
import SQLiteBackend
import Synchronization

/// A store of messages that takes none while it has a fault.
final class FaultyMessages: MessageStore {
    private let store: any MessageStore
    private let failure: Mutex<MsgError?>

    init(_ store: any MessageStore, failing error: MsgError? = MsgError(.unavailable, "The store is away.")) {
        self.store = store
        failure = Mutex(error)
    }

    func fail(with error: MsgError?) { failure.withLock { $0 = error } }

    func insert(_ message: Message) async throws -> MessageInsertion {
        if let error = failure.withLock({ $0 }) { throw error }
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
