import MsgKit

/// The members and messages of one call, which are all added or none: what was added bears the call's sign, by which
/// it is taken back.
struct PlanAddition {
    let plan: Plan.ID
    let messages: [AutoMessage]
    let members: [User.ID]
    let connection: MongoConnection
    private let sign = BSON.int64(Int64.random(in: .min ... .max))

    init(plan: Plan.ID, messages: [AutoMessage], members: [User.ID], connection: MongoConnection) {
        self.plan = plan
        self.messages = messages
        self.members = members
        self.connection = connection
    }

    /// False when one is in the plan already.
    func addMembers() throws -> Bool {
        let documents = members.map { user -> BSONDocument in
            ["_id": ["plan": .id(plan), "user": .id(user)], "plan": .id(plan), "addition": sign]
        }
        return try connection.insert(documents, into: .planMembers).duplicates.isEmpty
    }

    /// False when there is another message with the id of one.
    func addMessages() throws -> Bool {
        let documents = messages.map { $0.document(in: plan).appending("addition", sign) }
        return try connection.insert(documents, into: .autoMessages).duplicates.isEmpty
    }

    func undo() throws {
        let own: BSONDocument = ["plan": .id(plan), "addition": sign]
        _ = try connection.removeAll(
            from: .autoMessages, own.appending("_id", ["$in": .ids(messages.map(\.id))]))
        _ = try connection.removeAll(
            from: .planMembers,
            own.appending("_id", ["$in": .array(members.map { ["plan": .id(plan), "user": .id($0)] })]))
    }
}
