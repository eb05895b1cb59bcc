import Foundation
import Logging
import MsgKit
import ServiceLifecycle
import UnixSignals

/// The engines that the configuration selects, and the use cases on them: the one place that knows both.
struct Composition {
    let configuration: Configuration
    let logger: Logger
    let clock = SystemClock()
    let identifiers = ObjectIdentifierGenerator()
    let node: NodeID
    let engines: Engines
    let settings: PipelineSettings
    /// Where the log goes; nil for standard error.
    private(set) var logFile: LogFile?

    /// Sets logging up and opens the engines.
    /// - Parameter tellsOutages: false for a command that ends with what keeps it from an engine.
    static func open(
        _ options: GlobalOptions, flags: [String: String] = [:], tellsOutages: Bool = true
    ) async throws -> Composition {
        let configuration = try options.configuration(flags)
        let file = LogFile.configured(configuration.log)
        let logger = bootstrapLogging(configuration.log, file: file, tellsOutages: tellsOutages)
        file?.tell(logger, level: tellsOutages ? .error : .debug)
        var composition = try await open(configuration, logger: logger)
        composition.logFile = file
        return composition
    }

    static func open(_ configuration: Configuration, logger: Logger) async throws -> Composition {
        let node = NodeID.random()
        let engines = try await Engines.open(configuration, node: node, logger: logger, clock: SystemClock())
        return Composition(
            configuration: configuration, logger: logger, node: node, engines: engines,
            settings: PipelineSettings(configuration))
    }

    /// Opens the engines, works on them, and closes them however the work ends.
    /// - Parameter mayCreate: whether a data directory is made when there is none; else a path that was mistyped is told.
    static func use<Result>(
        _ options: GlobalOptions, mayCreate: Bool = false, _ body: (Composition) async throws -> Result
    ) async throws -> Result {
        let configuration = try options.configuration()
        let file = LogFile.configured(configuration.log)
        let logger = bootstrapLogging(configuration.log, file: file, tellsOutages: false)
        file?.tell(logger, level: .debug)
        if !mayCreate { try requireData(configuration) }
        return try await Interruption.honoured {
            let composition = try await open(configuration, logger: logger)
            do {
                let result = try await body(composition)
                try await composition.engines.close()
                return result
            } catch {
                try? await composition.engines.close()
                throw error
            }
        }
    }

    /// - Throws: ``ErrorCode/unavailable`` when the records are in a data directory that is not there.
    static func requireData(_ configuration: Configuration) throws {
        guard configuration.store.mongoDBURI == nil else { return }
        try Engines.requireDirectory(configuration)
    }

    /// - Parameter tellsOutages: false for a command that ends with what keeps it from an engine.
    static func bootstrapLogging(
        _ log: Configuration.Log, file: LogFile? = nil, tellsOutages: Bool = true
    ) -> Logger {
        LoggingSystem.bootstrap(
            { label, provider in
                // What is done to accounts is told whatever else is.
                let level = label == AuditLog.label ? min(log.level, .notice) : log.level
                return LineLogHandler(
                    label: label, format: log.format, level: level, tellsOutages: tellsOutages, file: file,
                    metadataProvider: provider)
            }, metadataProvider: RequestID.metadataProvider)
        return Logger(label: "msgctl")
    }

    /// Asks engines before a process that stays begins: one that refuses it as it is set up is told at once, and not again
    /// and again in a log. One that is away is awaited later.
    /// - Throws: ``ErrorCode/configuration``.
    func requireConfigured(_ names: Set<String>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for probe in engines.probes(required: names) where probe.isRequired {
                group.addTask {
                    do {
                        try await probe.probe()
                    } catch let error as MsgError where error.code != .configuration {
                        logger.debug(
                            "an engine is not there yet",
                            metadata: ["engine": "\(probe.name)", "error": "\(String(reflecting: error))"])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    var audit: AuditLog { AuditLog() }

    /// A publisher for a process without sockets.
    var remotePublisher: RealtimePublisher { RealtimePublisher(local: nil, bus: engines.cache.bus, logger: logger) }

    func accounts(_ realtime: RealtimePublisher) async throws -> AccountService {
        let auth = configuration.auth
        let keys = try await TokenKeyFiles.load(auth, directory: configuration.store.dataDirectory)
        let tokens = TokenIssuer(
            signing: keys.signing, accepted: keys.accepted, issuer: auth.issuer, audience: auth.audience,
            accessLifetime: auth.accessTokenLifetime, refreshLifetime: auth.refreshTokenLifetime, clock: clock)
        return AccountService(
            users: engines.records.users, sessions: engines.records.sessions,
            hasher: PasswordHasher(cost: auth.bcryptCost),
            tokens: tokens, realtime: realtime, clock: clock, identifiers: identifiers, refreshGrace: auth.refreshGrace,
            audit: audit, outside: outsideIssuer)
    }

    /// Whose tokens let people in beside passwords.
    private var outsideIssuer: OutsideIssuer? {
        let auth = configuration.auth
        guard let issuer = auth.outsideIssuer, let file = auth.outsideJWKSFile else { return nil }
        return OutsideIssuer(
            issuer: issuer, audience: auth.outsideAudience, identity: auth.outsideUser, file: file, clock: clock,
            audit: audit, logger: logger)
    }

    /// What operators do to accounts, from a process without sockets.
    func administration() async throws -> UserAdministration {
        UserAdministration(accounts: try await accounts(remotePublisher), exclusions: exclusions, actor: .command)
    }

    var exclusions: ExclusionService {
        ExclusionService(exclusions: engines.records.exclusions, users: engines.records.users, clock: clock)
    }

    func conversations(_ realtime: RealtimePublisher) -> ConversationService {
        ConversationService(
            store: engines.records.conversations, directory: engines.records.directory, users: engines.records.users,
            presence: engines.cache.presence, realtime: realtime, clock: clock, identifiers: identifiers, logger: logger
        )
    }

    var limits: RateLimits {
        RateLimits(configuration.limits, limiter: engines.cache.rateLimiter, clock: clock)
    }

    var planning: PlanPairings { planning(as: node) }

    /// - Parameter holder: whose the lease is under which it plans.
    private func planning(as holder: NodeID) -> PlanPairings {
        PlanPairings(
            plans: engines.records.plans, conversations: engines.records.conversations,
            exclusions: engines.records.exclusions, leases: engines.cache.leases, settings: settings, node: holder,
            clock: clock, identifiers: identifiers, logger: logger)
    }

    var archive: PlanArchive {
        PlanArchive(
            plans: engines.records.plans, messages: engines.records.autoMessages, users: engines.records.users)
    }

    var enqueueing: EnqueueDue {
        EnqueueDue(
            messages: engines.records.autoMessages, delivered: engines.records.messages, queue: engines.queue.jobs,
            deadLetters: engines.queue.deadLetters, leases: engines.cache.leases, settings: settings, node: node,
            clock: clock, logger: logger)
    }

    /// What runs the phases by their timetables.
    var scheduler: Scheduler {
        // Pools that are planned at the same time wait for one another, as if each had a process of its own.
        let plannings = settings.pools.map {
            ScheduledJob.planning(planning(as: .random()), of: $0, clock: clock)
        }
        return Scheduler(
            jobs: plannings + [.queueing(enqueueing, settings: settings)], runs: engines.records.phaseRuns,
            leases: engines.cache.leases, node: node, clock: clock,
            logger: logger)
    }

    func worker(_ realtime: RealtimePublisher) -> DispatchWorker {
        let delivery = MessageDelivery(
            autoMessages: engines.records.autoMessages, messages: engines.records.messages,
            users: engines.records.users, exclusions: engines.records.exclusions,
            store: engines.records.conversations, conversations: conversations(realtime), queue: engines.queue.jobs,
            realtime: realtime, settings: settings, node: node, clock: clock, logger: logger)
        return DispatchWorker(
            queue: engines.queue.jobs, delivery: delivery, settings: settings, progress: WorkerProgress(clock: clock),
            logger: logger)
    }

    /// What tells others how a worker of this process is doing.
    func heartbeat(of worker: DispatchWorker) -> WorkerHeartbeat {
        WorkerHeartbeat(
            progress: worker.progress, board: engines.records.workers, settings: settings, node: node, logger: logger)
    }

    var deliverySurvey: DeliverySurvey {
        DeliverySurvey(
            board: engines.records.workers, messages: engines.records.autoMessages, stallAfter: settings.stallAfter,
            clock: clock)
    }

    var reindexing: Reindex {
        Reindex(
            feed: engines.records.changes, index: engines.search.index, leases: engines.cache.leases, node: node,
            clock: clock)
    }

    var deadLetters: DeadLetterService {
        DeadLetterService(queue: engines.queue.deadLetters, messages: engines.records.autoMessages, clock: clock)
    }

    /// Runs services until they end or the process is told to, in the order of who needs whom.
    /// - Parameter stays: whether they end only when they are told to.
    func run(_ services: [ServiceGroupConfiguration.ServiceConfiguration], stays: Bool = true) async throws {
        var services = services
        // With a log file SIGHUP is logrotate's; else it is a terminal that is gone.
        var stopping: [UnixSignal] = [.sigterm, .sigint, .sighup]
        if let logFile {
            stopping.removeLast()
            services.insert(.init(service: LogReopening(file: logFile, logger: logger)), at: 0)
        }
        // At debug it would describe each service with all that it holds, in lines of many kilobytes.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .info)
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: stopping, logger: quiet)
        group.maximumGracefulShutdownDuration = configuration.server.shutdownDeadline
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            // Why it ended is what counts; what was acknowledged is stored, closed or not.
            try? await engines.close()
            throw error
        }
        try await engines.close()
        if stays { logger.info("stopped") }
    }
}
