import MsgKit

/// How MongoDB is reached, and every bound that holds while it is used.
public struct MongoDBOptions: Sendable {
    /// How many of the set have to have a write before it counts as done.
    public enum WriteConcern: Sendable, Equatable {
        case majority
        /// So many members, at least one.
        case members(Int)
    }

    /// `mongodb://` or `mongodb+srv://`; its options (TLS, credentials, timeouts, write and read concern) go before
    /// those of this structure. Reads always go to the primary, and unacknowledged writes are refused.
    public var url: Secret
    /// What people set the URL by, for complaints about it.
    public var urlName = "the MongoDB URL"
    /// The database; nil for the one that the URL names, or else ``defaultDatabase``.
    public var database: String?
    /// The database when nothing names one.
    public var defaultDatabase: String
    /// How many calls run at once, each on a thread and a connection of its own.
    public var connections: Int
    /// How many calls may wait for one of them; one more is told ``ErrorCode/serverBusy``. The same number holds for
    /// each kind of call that is gathered, such as inserts of messages.
    public var maximumWaiting: Int
    /// How long a call takes at most, waiting included; then it is ``ErrorCode/unavailable``, and a write's outcome is
    /// not known.
    public var operationTimeout: Duration
    /// How long a connection takes at most to be made, and how long a call waits for a primary.
    public var connectTimeout: Duration
    /// How often each server is looked at while nothing is asked of it.
    public var heartbeat: Duration
    public var writeConcern: WriteConcern
    /// Whether a write is in the journal, and so survives `kill -9`, before it counts as done.
    public var journal: Bool
    /// `local`, `majority` or `linearizable`; nil for the server's default. `majority` is taken as `local` when writes
    /// don't wait for a majority: what was just written would not be seen.
    public var readConcern: String?
    /// How many documents a database of the original may have for the first call to migrate it; a larger one waits for
    /// `msgctl migrate`.
    public var automaticMigrationLimit: Int
    /// How many messages are stored together at most.
    public var maximumInsertBatch: Int

    public init(
        url: Secret, database: String? = nil, defaultDatabase: String = "msgctl", connections: Int = 16,
        maximumWaiting: Int = 10_000,
        operationTimeout: Duration = .seconds(5), connectTimeout: Duration = .seconds(2),
        heartbeat: Duration = .seconds(2), writeConcern: WriteConcern = .majority, journal: Bool = true,
        readConcern: String? = nil, automaticMigrationLimit: Int = 10_000, maximumInsertBatch: Int = 500
    ) {
        self.url = url
        self.database = database
        self.defaultDatabase = defaultDatabase
        self.connections = max(2, connections)
        self.maximumWaiting = max(1, maximumWaiting)
        self.operationTimeout = operationTimeout
        self.connectTimeout = connectTimeout
        self.heartbeat = heartbeat
        self.writeConcern = writeConcern
        self.journal = journal
        self.readConcern = readConcern
        self.automaticMigrationLimit = automaticMigrationLimit
        self.maximumInsertBatch = max(1, maximumInsertBatch)
    }
}
