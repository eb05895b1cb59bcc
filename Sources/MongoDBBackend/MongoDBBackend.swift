import Logging
import MsgKit
import ServiceLifecycle

/// The system of record on MongoDB 5 to 7, a replica set or a standalone server.
///
/// Any number of processes on any machines may use the same database. Everything that one of them has been told is
/// stored, all of them see. No transactions are used: what has to change in one step is one document.
public struct MongoDBBackend: Sendable {
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
    public let probe: any HealthProbe
    /// The probe of a process that must not change anything: it only reads, and makes no schema.
    public let inspection: any HealthProbe
    /// Run by processes that stay; a command that soon ends needs none of them.
    public let services: [any Service]
    let database: MongoDatabase

    /// Opens without a server: calls throw ``ErrorCode/unavailable`` until there is one.
    /// - Throws: ``ErrorCode/configuration`` when the URL can't be used.
    public init(options: MongoDBOptions, logger: Logger, clock: any WallClock = SystemClock()) throws {
        let database = try MongoDatabase(options: options, logger: logger, clock: clock)
        let userFinder = DocumentFinder<User>(database, in: .users)
        let planStore = MongoPlanStore(database: database)
        self.database = database
        users = MongoUserStore(database: database, finder: userFinder)
        sessions = MongoSessionStore(
            database: database, finder: DocumentFinder(database, in: .sessions), users: userFinder)
        conversations = MongoConversationStore(
            database: database, finder: DocumentFinder(database, in: .conversations))
        directory = MongoConversationDirectory(database: database)
        messages = MongoMessageStore(database: database, finder: DocumentFinder(database, in: .messages))
        changes = MongoMessageChangeFeed(database: database)
        textSearch = MongoMessageTextSearch(database: database)
        autoMessages = MongoAutoMessageStore(database: database)
        plans = planStore
        exclusions = MongoExclusionStore(database: database)
        phaseRuns = MongoPhaseRunStore(database: database)
        let board = MongoWorkerBoard(database: database)
        workers = board
        probe = StoreProbe(database: database)
        inspection = StoreInspection(database: database)
        services = [Housekeeping(database: database, plans: planStore.removal, workers: board)]
    }

    /// How busy its connections are at the moment.
    public var pools: [PoolUse] { [database.threads.use] }

    /// Ends everything, within the time that a call may take; what was acknowledged is stored already. Closing twice is
    /// no error.
    public func close() async { await database.close() }
}
