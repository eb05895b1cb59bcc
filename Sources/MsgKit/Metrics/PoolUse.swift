/// How busy something is that does a bounded number of things at a time.
public struct PoolUse: Sendable, Equatable {
    /// `mongodb_connections`, `sqlite_readers`, `password_threads`.
    public var name: String
    /// How many it does at a time.
    public var size: Int
    public var inUse: Int
    /// How many wait for it.
    public var waiting: Int

    public init(name: String, size: Int, inUse: Int, waiting: Int) {
        self.name = name
        self.size = size
        self.inUse = inUse
        self.waiting = waiting
    }
}
