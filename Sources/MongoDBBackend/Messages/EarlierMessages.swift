import MsgKit

/// Messages that are there already under the ids of some others, or under their senders' own ids for them.
struct EarlierMessages {
    private struct ClientKey: Hashable {
        var sender: User.ID
        var id: String
    }

    /// What a write has met is there, whether a majority has it yet or not; the write to follow waits for that.
    private static let options = FindOptions(isLocal: true)

    private var byID: [Message.ID: Message] = [:]
    private var byClientID: [ClientKey: Message] = [:]

    init(like messages: [Message], _ connection: MongoConnection) throws {
        guard !messages.isEmpty else { return }
        let ids = Set(messages.map(\.id))
        let same = try connection.find(in: .messages, ["_id": ["$in": .ids(ids)]], Self.options)
        for message in try connection.readable(same, { try Message($0) }) {
            byID[message.id] = message
        }
        var wanted: [User.ID: Set<String>] = [:]
        for message in messages where byID[message.id] == nil {
            if let id = message.clientMessageID { wanted[message.sender, default: []].insert(id) }
        }
        guard !wanted.isEmpty else { return }
        let choices = wanted.map { sender, ids -> BSON in
            // The second condition is that of the index.
            [
                "sender": .id(sender),
                "clientMessageId": ["$in": .array(ids.map { .string($0) }), "$gt": ""],
            ]
        }
        let likewise = try connection.find(in: .messages, ["$or": .array(choices)], Self.options)
        for message in try connection.readable(likewise, { try Message($0) }) {
            if let id = message.clientMessageID { byClientID[ClientKey(sender: message.sender, id: id)] = message }
        }
    }

    func message(like message: Message) -> Message? {
        if let same = byID[message.id] { return same }
        return message.clientMessageID.flatMap { byClientID[ClientKey(sender: message.sender, id: $0)] }
    }
}
