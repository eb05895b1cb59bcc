import Dispatch
import Logging
import MsgKit
import ServiceLifecycle

/// Every role of the system on one data directory.
///
/// Any number of processes may have the same directory open, on one machine. What one of them has been told is stored,
/// all of them see, and it survives `kill -9` and a power cut.
public struct SQLiteBackend: Sendable {
    public let users: any UserStore
    public let sessions: any SessionStore
    public let conversations: any ConversationStore
    public let directory: any ConversationDirectory
    public let messages: any MessageStore
    public let changes: any MessageChangeFeed
    public let textSearch: any MessageTextSearch
    public let autoMessages: any AutoMessageStore
    public let plans: any PlanStore
    public let exclusions: any ExclusionStore
    public let phaseRuns: any PhaseRunStore
    public let workers: any WorkerBoard
    public let queue: any JobQueue
    public let deadLetters: any DeadLetterQueue
    public let search: any RebuildableSearchIndex
    public let analytics: any MessageAnalytics
    public let presence: any PresenceStore
    public let leases: any LeaseStore
    public let bus: any EventBus
    public let storeProbe: any HealthProbe
    public let cacheProbe: any HealthProbe
    public let queueProbe: any HealthProbe
    public let searchProbe: any HealthProbe
    /// Run by processes that stay; a command that soon ends needs none of them.
    public let services: [any Service]
    /// The names of the schema steps that opening applied.
    public let appliedMigrations: [String]
    /// The schema it works with.
    public let schemaVersion: Int
    let database: SQLiteDatabase

    /// Opens a data directory, makes it when it is not there, and brings its schema up to date.
    /// - Throws: ``ErrorCode/configuration`` when the directory can't be used or its schema is newer than this program;
    ///   ``ErrorCode/leaseHeld`` when the schema has to change while another process has the directory open.
    public static func open(
        directory: DataDirectory, options: SQLiteOptions = SQLiteOptions(), logger: Logger,
        clock: any WallClock = SystemClock()
    ) async throws -> SQLiteBackend {
        let database = try await BlockingWork.run {
            try SQLiteDatabase(directory: directory, options: options, logger: logger, clock: clock)
        }
        return SQLiteBackend(database: database, options: options)
    }

    /// How busy its readers and its writer are at the moment.
    public var pools: [PoolUse] { database.use }

    public var probes: [any HealthProbe] { [storeProbe, cacheProbe, queueProbe, searchProbe] }

    private init(database: SQLiteDatabase, options: SQLiteOptions) {
        let search = SQLiteSearchIndex(database: database)
        let plans = SQLitePlanStore(database: database)
        let workers = SQLiteWorkerBoard(database: database)
        self.database = database
        self.search = search
        self.plans = plans
        self.workers = workers
        users = SQLiteUserStore(database: database)
        sessions = SQLiteSessionStore(database: database)
        conversations = SQLiteConversationStore(database: database)
        directory = SQLiteConversationDirectory(database: database)
        messages = SQLiteMessageStore(database: database)
        changes = SQLiteMessageChangeFeed(database: database)
        textSearch = SQLiteMessageTextSearch(database: database)
        analytics = SQLiteMessageAnalytics(database: database)
        autoMessages = SQLiteAutoMessageStore(database: database)
        exclusions = SQLiteExclusionStore(database: database)
        phaseRuns = SQLitePhaseRunStore(database: database)
        queue = SQLiteJobQueue(database: database, visibilityTimeout: options.visibilityTimeout)
        deadLetters = SQLiteDeadLetterQueue(database: database)
        presence = SQLitePresenceStore(database: database)
        leases = SQLiteLeaseStore(database: database)
        bus = SQLiteEventBus(database: database, node: options.node)
        storeProbe = StoreProbe(database: database)
        cacheProbe = TableProbe(name: "cache", isRequired: true, table: "presence", database: database)
        queueProbe = TableProbe(name: "queue", isRequired: true, table: "queue_jobs", database: database)
        searchProbe = TableProbe(name: "search", isRequired: false, table: "search_state", database: database)
        services = [
            Housekeeping(database: database, node: options.node, plans: plans, workers: workers, search: search)
        ]
        appliedMigrations = database.appliedMigrations
        schemaVersion = Migrator(migrations: options.migrations).currentVersion
    }

    /// Ends everything; what was acknowledged is on disk already. Closing twice is no error.
    public func close() async throws {
        let database = database
        try await BlockingWork.run { try database.close() }
    }
}
