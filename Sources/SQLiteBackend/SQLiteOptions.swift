import MsgKit

/// How the embedded engines are opened.
public struct SQLiteOptions: Sendable {
    /// This process among those that share the directory.
    public var node: NodeID
    /// The program's version, for those who find the directory in use.
    public var version: String
    /// How long a worker may take for a job before it is given out again.
    public var visibilityTimeout: Duration
    /// How many reads go on at once.
    public var readers: Int
    /// The schema; a test opens an older or newer one.
    var migrations: [Migration] = Migration.all
    /// Told of every statement that runs; a test looks at how SQLite carries them out.
    var trace: (@Sendable (String) -> Void)?

    public init(
        node: NodeID = .random(), version: String = "development", visibilityTimeout: Duration = .seconds(60),
        readers: Int = 6
    ) {
        self.node = node
        self.version = version
        self.visibilityTimeout = visibilityTimeout
        self.readers = max(1, readers)
    }
}
