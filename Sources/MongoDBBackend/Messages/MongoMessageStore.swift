import Foundation
import MsgKit

/// Messages in MongoDB. Whatever depends on a message stands in its own document, so that no counter can drift; its
/// conversation's last message follows it.
struct MongoMessageStore: MessageStore {
    let database: MongoDatabase
    let finder: DocumentFinder<Message>
    private let inserts: Batcher<Message, MessageInsertion>

    init(database: MongoDatabase, finder: DocumentFinder<Message>) {
        self.database = database
        self.finder = finder
        let signal = database.messagesChanged
        inserts = Batcher(
            database,
            limits: .init(
                batch: database.options.maximumInsertBatch, waiting: database.options.maximumWaiting, flushers: 2)
        ) { connection, messages in
            defer { signal.notify() }
            return try MessageInserting.insert(messages, connection)
        }
    }

    func insert(_ message: Message) async throws -> MessageInsertion { try await inserts.submit(message) }

    func message(_ id: Message.ID) async throws -> Message? {
        try await finder.document(id).map { try Message($0) }
    }

    func messages(_ ids: [Message.ID]) async throws -> [Message] {
        try database.damaged.readable(try await finder.documents(ids).values) { try Message($0) }.filter {
            !$0.isDeleted
        }
    }

    func messages(
        in conversation: Conversation.ID, _ cursor: MessageCursor, limit: Int
    ) async throws -> MessagePage {
        try await database.perform { connection in
            try MessageListing(conversation: conversation, limit: max(1, limit), connection: connection).page(cursor)
        }
    }

    func markRead(_ id: Message.ID, by user: User.ID, at instant: Date) async throws -> Bool {
        try await database.perform { connection in
            try connection.updateOne(
                in: .messages,
                [
                    "_id": .id(id), "isDeleted": ["$ne": true], "sender": ["$ne": .id(user)],
                    "readBy.user": ["$ne": .id(user)],
                ],
                [
                    "$push": ["readBy": ["user": .id(user), "readAt": .date(instant)]],
                    "$pull": ["unreadBy": .id(user)],
                ]
            ).modified > 0
        }
    }

    func delete(_ id: Message.ID, at instant: Date) async throws -> Message? {
        let signal = database.messagesChanged
        return try await database.perform { connection in
            let deleted = try connection.findAndUpdate(
                in: .messages, ["_id": .id(id), "isDeleted": ["$ne": true]],
                [
                    "$set": [
                        "content": "", "isDeleted": true, "deletedAt": .date(instant), "updatedAt": .date(instant),
                        "unreadBy": [],
                    ],
                    "$currentDate": MessageDocument.change,
                ])
            if deleted != nil { signal.notify() }
            guard let document = try deleted ?? connection.first(in: .messages, ["_id": .id(id)]) else { return nil }
            let message = try Message(document)
            // Also for one that was deleted before: whoever did it may have died between the two steps.
            try LastMessage.settle(message.conversation, ifLast: id, at: instant, connection)
            return message
        }
    }
}
