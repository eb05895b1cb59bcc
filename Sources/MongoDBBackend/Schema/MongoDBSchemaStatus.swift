/// What a database's schema is and lacks.
public struct MongoDBSchemaStatus: Sendable, Equatable {
    /// The schema the database has; 0 when there is none.
    public var version: Int
    /// The schema this program works with; less than ``version`` when a newer program wrote the database.
    public var currentVersion: Int
    /// The names of the steps between them, in order.
    public var pending: [String]
    /// How many documents the collections of the original hold.
    public var documents: Int
}
