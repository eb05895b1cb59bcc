import Foundation
import MsgKit

@testable import MongoDBBackend

/// A database as the original's ODM writes it: its names, its version keys, its indexes, and what people did with it.
struct OriginalDatabase: Sendable {
    private static let seconds: UInt64 = 1_700_000_000

    let anna = Self.id(1) as User.ID
    let annaAgain = Self.id(2) as User.ID
    let bert = Self.id(3) as User.ID
    let cleo = Self.id(4) as User.ID
    /// Of anna and bert, the one that was used last.
    let direct = Self.id(11) as Conversation.ID
    let olderDirect = Self.id(10) as Conversation.ID
    let silentDirect = Self.id(12) as Conversation.ID
    let group = Self.id(13) as Conversation.ID
    let read = Self.id(20) as Message.ID
    let unread = Self.id(21) as Message.ID
    let deleted = Self.id(22) as Message.ID
    let bare = Self.id(23) as Message.ID
    let due = Self.id(30) as AutoMessage.ID
    let sent = Self.id(31) as AutoMessage.ID

    static func id<Entity>(_ number: UInt32) -> Identifier<Entity> {
        Identifier(high: seconds << 32 | 0x00AB_CDEF, low: number)
    }

    func date(_ minutes: Int) -> BSON { .date(Int64(Self.seconds) * 1000 + Int64(minutes) * 60_000) }

    var documents: [MongoCollection: [BSONDocument]] {
        [
            .users: [
                user(anna, "Anna", "Anna@Example.org"), user(annaAgain, "ANNA", "anna2@example.org"),
                user(bert, "bert", "bert@example.org").appending("avatar", "https://example.org/b.png"),
                ["_id": .id(cleo), "username": "cleo", "email": "cleo@example.org", "password": "$2a$10$x", "__v": 0],
            ],
            .conversations: [
                conversation(olderDirect, [anna, bert], last: nil, at: 2),
                conversation(direct, [bert, anna], last: unread, at: 30),
                conversation(silentDirect, [anna, bert], last: nil, at: nil),
                [
                    "_id": .id(group), "participants": .ids([anna, bert, cleo]), "name": "Öffentliche Runde",
                    "isDirect": false, "createdAt": date(3), "updatedAt": date(3), "__v": 0,
                ],
            ],
            .messages: [
                message(read, "Hello", anna, direct, at: 10).appending(
                    "readBy", [["user": .id(bert), "readAt": date(11), "_id": .objectID(9, 9)]]),
                message(unread, "Still there?", anna, direct, at: 30).appending("readBy", []),
                message(deleted, "Oops", anna, direct, at: 20).appending("isDeleted", true).appending("readBy", []),
                [
                    "_id": .id(bare), "content": "No more than this", "sender": .id(bert), "conversation": .id(group),
                    "createdAt": date(5), "updatedAt": date(5),
                ],
            ],
            .autoMessages: [autoMessage(due, isSent: false), autoMessage(sent, isSent: true)],
        ]
    }

    /// Writes it, with the indexes that the original makes.
    func write(to backend: MongoDBBackend) async throws {
        let documents = documents
        try await backend.raw { connection in
            for (collection, rows) in documents { _ = try connection.insert(rows, into: collection) }
            let indexes: [(MongoCollection, BSON)] = [
                (.users, ["key": ["username": 1], "name": "username_1", "unique": true]),
                (.users, ["key": ["email": 1], "name": "email_1", "unique": true]),
                (.conversations, ["key": ["participants": 1], "name": "participants_1"]),
                (
                    .messages,
                    ["key": ["conversation": 1, "createdAt": -1], "name": "conversation_1_createdAt_-1"]
                ),
                (.autoMessages, ["key": ["sendDate": 1, "isQueued": 1], "name": "sendDate_1_isQueued_1"]),
            ]
            for (collection, index) in indexes {
                _ = try connection.run(
                    ["createIndexes": .string(collection.rawValue), "indexes": [index]], isWrite: true)
            }
        }
    }

    private func user(_ id: User.ID, _ name: String, _ email: String) -> BSONDocument {
        [
            "_id": .id(id), "username": .string(name), "email": .string(email),
            "password": "$2a$10$abcdefghijklmnopqrstuv",
            "isOnline": false, "isActive": true, "lastSeen": date(1), "createdAt": date(0), "updatedAt": date(0),
            "__v": 0,
        ]
    }

    private func conversation(
        _ id: Conversation.ID, _ people: [User.ID], last: Message.ID?, at minutes: Int?
    ) -> BSONDocument {
        [
            "_id": .id(id), "participants": .ids(people), "isDirect": true,
            "lastMessage": .optional(last) { .id($0) }, "lastMessageAt": .optional(minutes) { date($0) },
            "createdAt": date(2), "updatedAt": date(2), "__v": 0,
        ]
    }

    private func message(
        _ id: Message.ID, _ content: String, _ sender: User.ID, _ conversation: Conversation.ID, at minutes: Int
    ) -> BSONDocument {
        [
            "_id": .id(id), "content": .string(content), "sender": .id(sender), "conversation": .id(conversation),
            "createdAt": date(minutes), "updatedAt": date(minutes), "__v": 0,
        ]
    }

    private func autoMessage(_ id: AutoMessage.ID, isSent: Bool) -> BSONDocument {
        [
            "_id": .id(id), "content": "Good morning", "senderId": .id(anna), "receiverId": .id(bert),
            "conversationId": .id(direct), "sendDate": date(40), "isQueued": .bool(isSent), "isSent": .bool(isSent),
            "createdAt": date(0), "updatedAt": date(0), "__v": 0,
        ]
    }
}
