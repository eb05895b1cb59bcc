import Foundation
import MsgKit

/// Adds to some conversations what one of their participants sees beside them, with one query for each kind of thing.
struct OverviewAssembly {
    let viewer: User.ID
    let connection: MongoConnection
    let instant: Date

    func overviews(_ documents: [BSONDocument]) throws -> [ConversationOverview] {
        let readable = try connection.readable(documents) { (try Conversation($0), try Membership($0)) }
        var conversations = readable.map(\.0)
        guard !conversations.isEmpty else { return [] }
        var last = try lastMessages(of: conversations)
        if try mend(&conversations, by: last) { last = try lastMessages(of: conversations) }
        let unread = try unreadCounts(readable.map { ($0.0.id, $0.1) })
        let people = try users(
            conversations.flatMap(\.participants) + last.values.compactMap { $0?.sender })
        return conversations.map { conversation in
            let message = conversation.lastMessage.flatMap { last[$0] ?? nil }
            return ConversationOverview(
                conversation: conversation, participants: conversation.participants.compactMap { people[$0] },
                lastMessage: message, lastSender: message.flatMap { people[$0.sender]?.reference },
                unreadCount: unread[conversation.id] ?? 0)
        }
    }

    /// Those that are not deleted; nil for one that can't be read.
    private func lastMessages(of conversations: [Conversation]) throws -> [Message.ID: Message?] {
        let ids = conversations.compactMap(\.lastMessage)
        guard !ids.isEmpty else { return [:] }
        let found = try connection.find(in: .messages, ["_id": ["$in": .ids(ids)], "isDeleted": ["$ne": true]])
        var messages: [Message.ID: Message?] = [:]
        for document in found {
            if let id = document["_id"]?.identifier(of: Message.self) { messages.updateValue(nil, forKey: id) }
        }
        for message in try connection.readable(found, { try Message($0) }) { messages[message.id] = message }
        return messages
    }

    /// Mends conversations whose last message is gone: one was deleted, and whoever did it died before the
    /// conversation followed. True when there were such.
    private func mend(_ conversations: inout [Conversation], by last: [Message.ID: Message?]) throws -> Bool {
        var isMended = false
        for (index, conversation) in conversations.enumerated() {
            guard let gone = conversation.lastMessage, !last.keys.contains(gone) else { continue }
            try LastMessage.settle(conversation.id, ifLast: gone, at: conversation.updatedAt, connection)
            guard let now = try connection.first(in: .conversations, ["_id": .id(conversation.id)]) else { continue }
            conversations[index] = try Conversation(now)
            isMended = true
        }
        return isMended
    }

    /// How many messages of each conversation the viewer has not read. Where they joined later than the conversation
    /// was made only what was said since then counts.
    private func unreadCounts(_ memberships: [(Conversation.ID, Membership)]) throws -> [Conversation.ID: Int] {
        var all: [Conversation.ID] = []
        var choices: [BSON] = []
        for (id, membership) in memberships {
            if let since = membership.joined[viewer] {
                choices.append(["conversation": .id(id), "createdAt": ["$gte": .date(since)]])
            } else {
                all.append(id)
            }
        }
        let plain: BSON = ["conversation": ["$in": .ids(all)]]
        let condition: BSONDocument = [
            "unreadBy": .id(viewer), "$or": .array(choices + (all.isEmpty ? [] : [plain])),
        ]
        let found = try connection.aggregate(
            .messages,
            [
                ["$match": .document(condition)],
                ["$group": ["_id": "$conversation", "count": ["$sum": 1]]],
            ])
        var counts: [Conversation.ID: Int] = [:]
        for document in found {
            guard let id = document["_id"]?.identifier(of: Conversation.self) else { continue }
            counts[id] = document["count"]?.integer.map { Int(clamping: $0) } ?? 0
        }
        return counts
    }

    private func users(_ ids: [User.ID]) throws -> [User.ID: User] {
        let wanted = Set(ids)
        guard !wanted.isEmpty else { return [:] }
        let found = try connection.find(in: .users, ["_id": ["$in": .ids(wanted)]])
        return Dictionary(try connection.readable(found) { try User($0) }.map { ($0.id, $0) }) { first, _ in first }
    }
}
