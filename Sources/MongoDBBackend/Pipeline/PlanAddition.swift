import MsgKit

/// The messages of one call, which are all added or none: what was added bears the call's sign, by which it is taken
/// back.
struct PlanAddition {
    let plan: Plan.ID
    let messages: [AutoMessage]
    let connection: MongoConnection
    private let sign = BSON.int64(Int64.random(in: .min ... .max))

    init(plan: Plan.ID, messages: [AutoMessage], connection: MongoConnection) {
        self.plan = plan
        self.messages = messages
        self.connection = connection
    }

    /// False when there is another message with the id of one.
    func add() throws -> Bool {
        let documents = messages.map { $0.document(in: plan).appending("addition", sign) }
        return try connection.insert(documents, into: .autoMessages).duplicates.isEmpty
    }

    func undo() throws {
        _ = try connection.removeAll(
            from: .autoMessages,
            ["plan": .id(plan), "addition": sign, "_id": ["$in": .ids(messages.map(\.id))]])
    }
}
