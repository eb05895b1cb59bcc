import Foundation
import MsgKit

/// Stores the messages that wait at once, each with its own outcome.
///
/// The messages come first, then their conversations. Only the second write is waited for until it is durable: the first
/// is before it in the journal and in the oplog. A crash between the two may take the messages with it and let the
/// second write succeed after the restart, so they are looked for once more before anybody is told. What a crash leaves of
/// messages that nobody was told of, the retry finds and brings their conversation up to them.
struct MessageInserting {
    private let connection: MongoConnection
    private var conversations: [Conversation.ID: ConversationState] = [:]
    private var users: [User.ID: User] = [:]
    /// Conversations and users that are there and can't be read: an error of whom it is about, not of the whole batch.
    private var unreadable: Set<Identifier<Never>> = []

    /// Answers in the order of the messages. Who takes part is read after the call has begun, so that a removal that
    /// was acknowledged before is seen.
    static func insert(
        _ messages: [Message], _ connection: MongoConnection
    ) throws -> [Result<MessageInsertion, any Error>] {
        var batch = MessageInserting(connection: connection)
        return try batch.run(messages)
    }

    private init(connection: MongoConnection) { self.connection = connection }

    private mutating func run(_ messages: [Message]) throws -> [Result<MessageInsertion, any Error>] {
        try load(conversations: messages.map(\.conversation), users: messages.map(\.sender))
        var refusals: [Int: MsgError] = [:]
        var accepted: [Int] = []
        for (index, message) in messages.enumerated() {
            if let refusal = refusal(of: message) { refusals[index] = refusal } else { accepted.append(index) }
        }
        let documents = accepted.map { index in
            messages[index].document(
                unreadBy: conversations[messages[index].conversation]?.membership.unread(messages[index]) ?? [])
        }
        let taken = Set(
            try connection.insert(documents, into: .messages, isFollowed: true).duplicates.map { accepted[$0] })
        // Whatever else it says, a message that is there already is the answer.
        let doubtful = taken.union(refusals.keys)
        let earlier = try EarlierMessages(like: doubtful.map { messages[$0] }, connection)
        let found = doubtful.compactMap { earlier.message(like: messages[$0]) }
        try load(conversations: found.map(\.conversation), users: found.map(\.sender), isLocal: true)
        let new = accepted.filter { !taken.contains($0) }.map { messages[$0] }
        try raise(new: new, found: found)
        try requireKept(new + found)
        var oldest = OldestMessages(connection)
        return try messages.enumerated().map { index, message in
            if doubtful.contains(index) {
                guard let stored = earlier.message(like: message) else {
                    return .failure(refusals[index] ?? MsgError.unknownAnswer("insert"))
                }
                return .success(try insertion(of: stored, isNew: false, &oldest))
            }
            return .success(try insertion(of: message, isNew: true, &oldest))
        }
    }

    private func insertion(
        of message: Message, isNew: Bool, _ oldest: inout OldestMessages
    ) throws -> MessageInsertion {
        let sender =
            users[message.sender]?.reference ?? UserReference(id: message.sender, username: "", avatar: nil)
        let early = conversations[message.conversation]?.early
        let isFirst = try early.map { $0 < MessagePlace(message) } == true ? false : oldest.isOldest(message)
        return MessageInsertion(message: message, sender: sender, isNew: isNew, isFirst: isFirst)
    }

    /// - Parameter isLocal: whether to read what a write has just met, which a majority may not have yet.
    private mutating func load(
        conversations wanted: [Conversation.ID], users people: [User.ID], isLocal: Bool = false
    ) throws {
        let newConversations = Set(wanted).filter { conversations[$0] == nil }
        if !newConversations.isEmpty {
            let found = try connection.find(
                in: .conversations, ["_id": ["$in": .ids(newConversations)]],
                FindOptions(projection: ConversationState.fields, isLocal: isLocal))
            unreadable.formUnion(found.compactMap { $0["_id"]?.identifier(of: Never.self) })
            for state in try connection.readable(found, { try ConversationState($0) }) {
                conversations[state.id] = state
                unreadable.remove(Identifier(high: state.id.high, low: state.id.low))
            }
        }
        let newPeople = Set(people).filter { users[$0] == nil }
        if !newPeople.isEmpty {
            let found = try connection.find(
                in: .users, ["_id": ["$in": .ids(newPeople)]],
                FindOptions(projection: ["username": 1, "avatar": 1, "isActive": 1], isLocal: isLocal))
            unreadable.formUnion(found.compactMap { $0["_id"]?.identifier(of: Never.self) })
            for user in try connection.readable(found, { try User($0) }) {
                users[user.id] = user
                unreadable.remove(Identifier(high: user.id.high, low: user.id.low))
            }
        }
    }

    /// Why a message may not be stored; nil when it may.
    private func refusal(of message: Message) -> MsgError? {
        let needed = [(message.conversation.high, message.conversation.low), (message.sender.high, message.sender.low)]
        if needed.contains(where: { unreadable.contains(Identifier(high: $0.0, low: $0.1)) }) {
            return MsgError(.internalError, "Something that is stored can't be read.")
        }
        guard let conversation = conversations[message.conversation] else {
            return MsgError(.conversationNotFound, "There is no such conversation.")
        }
        guard let sender = users[message.sender] else { return MsgError(.userNotFound, "There is no such user.") }
        guard conversation.membership.participants.contains(message.sender) else {
            return MsgError(.notParticipant, "Only participants of the conversation may send messages to it.")
        }
        guard sender.isActive else { return MsgError(.forbidden, "This account is deactivated.") }
        return nil
    }

    /// Brings the conversations up to their newest messages, found ones included: what was stored before a crash gets
    /// its due here.
    private mutating func raise(new: [Message], found: [Message]) throws {
        var newest: [Conversation.ID: MessagePlace] = [:]
        for message in new + found where !message.isDeleted && conversations[message.conversation] != nil {
            let place = MessagePlace(message)
            newest[message.conversation] = max(newest[message.conversation] ?? place, place)
        }
        while !newest.isEmpty {
            let updates = newest.compactMap { id, place in
                conversations[id].map { LastMessage.raise(to: place, in: $0) }
            }
            guard try connection.update(updates, in: .conversations).matched < updates.count else { return }
            let before = conversations
            for id in newest.keys { conversations[id] = nil }
            try load(conversations: Array(newest.keys), users: [], isLocal: true)
            // Where somebody joined or left since the conversation was read, the messages' marks have to follow.
            let changed = Set(
                newest.keys.filter { id in
                    conversations[id]?.membership.version != before[id]?.membership.version
                })
            try remark(new.filter { changed.contains($0.conversation) })
            newest = newest.filter { id, place in
                conversations[id].map { changed.contains(id) || ($0.last.map { $0 < place } ?? true) } ?? false
            }
        }
    }

    /// - Throws: ``ErrorCode/unavailable`` when the server has lost one since it was written.
    private func requireKept(_ messages: [Message]) throws {
        let ids = Set(messages.map(\.id))
        guard !ids.isEmpty else { return }
        let kept = try connection.find(
            in: .messages, ["_id": ["$in": .ids(ids)]], FindOptions(projection: ["_id": 1], isLocal: true))
        guard kept.count == ids.count else {
            throw MsgError(.unavailable, "The database restarted and the message is not stored; send it again.")
        }
    }

    /// Sets who has not read the messages by who takes part now, unless something has happened to them already.
    private func remark(_ messages: [Message]) throws {
        let updates = messages.flatMap { message in
            let people = conversations[message.conversation]?.membership.unread(message) ?? []
            let untouched: BSONDocument = ["_id": .id(message.id), "isDeleted": ["$ne": true]]
            let joined = people.map { user in
                MongoConnection.Update(
                    filter: untouched.appending("readBy.user", ["$ne": .id(user)]),
                    change: ["$addToSet": ["unreadBy": .id(user)]])
            }
            return joined + [
                MongoConnection.Update(
                    filter: untouched, change: ["$pull": ["unreadBy": ["$nin": .ids(people)]]])
            ]
        }
        _ = try connection.update(updates, in: .messages)
    }
}
