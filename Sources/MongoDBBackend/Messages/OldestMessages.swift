import MsgKit

/// The oldest message of each conversation, deleted ones counted, asked once each.
struct OldestMessages {
    private let connection: MongoConnection
    private var known: [Conversation.ID: Message.ID] = [:]

    init(_ connection: MongoConnection) { self.connection = connection }

    mutating func isOldest(_ message: Message) throws -> Bool {
        if let oldest = known[message.conversation] { return oldest == message.id }
        let found = try connection.first(
            in: .messages, ["conversation": .id(message.conversation)], projection: ["_id": 1],
            sort: ["createdAt": 1, "_id": 1])
        known[message.conversation] = found?["_id"]?.identifier(of: Message.self)
        return known[message.conversation] == message.id
    }
}
