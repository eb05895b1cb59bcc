import Foundation
import Logging
import MsgKit
import SQLiteBackend
import ServiceLifecycle

/// The engines that the configuration selects, and the use cases on them: the one place that knows both.
struct Composition {
    let configuration: Configuration
    let logger: Logger
    let clock = SystemClock()
    let identifiers = ObjectIdentifierGenerator()
    let node: NodeID
    let backend: SQLiteBackend
    let settings: PipelineSettings

    /// Sets logging up and opens the engines.
    static func open(_ options: GlobalOptions, flags: [String: String] = [:]) async throws -> Composition {
        let configuration = try options.configuration(flags)
        return try await open(configuration, logger: bootstrapLogging(configuration.log))
    }

    static func open(_ configuration: Configuration, logger: Logger) async throws -> Composition {
        let node = NodeID.random()
        let backend = try await SQLiteBackend.open(
            directory: configuration.store.dataDirectory,
            options: SQLiteOptions(
                node: node, version: Version.current, visibilityTimeout: configuration.worker.visibilityTimeout),
            logger: logger, clock: SystemClock())
        return Composition(
            configuration: configuration, logger: logger, node: node, backend: backend,
            settings: PipelineSettings(configuration))
    }

    /// Opens the engines, works on them, and closes them however the work ends.
    static func use<Result>(
        _ options: GlobalOptions, _ body: (Composition) async throws -> Result
    ) async throws -> Result {
        let composition = try await open(options)
        do {
            let result = try await body(composition)
            try await composition.backend.close()
            return result
        } catch {
            try? await composition.backend.close()
            throw error
        }
    }

    static func bootstrapLogging(_ log: Configuration.Log) -> Logger {
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, format: log.format, level: log.level) }
        return Logger(label: "msgctl")
    }

    /// A publisher for a process without sockets.
    var remotePublisher: RealtimePublisher { RealtimePublisher(local: nil, bus: backend.bus, logger: logger) }

    func accounts(_ realtime: RealtimePublisher) async throws -> AccountService {
        let auth = configuration.auth
        let secret = try TokenSecret.load(configured: auth.jwtSecret, directory: configuration.store.dataDirectory)
        let tokens = await TokenIssuer(
            secret: secret, issuer: auth.issuer, audience: auth.audience, accessLifetime: auth.accessTokenLifetime,
            refreshLifetime: auth.refreshTokenLifetime, clock: clock)
        return AccountService(
            users: backend.users, sessions: backend.sessions, hasher: PasswordHasher(cost: auth.bcryptCost),
            tokens: tokens, realtime: realtime, clock: clock, identifiers: identifiers, refreshGrace: auth.refreshGrace)
    }

    /// What operators do to accounts, from a process without sockets.
    func administration() async throws -> UserAdministration {
        UserAdministration(accounts: try await accounts(remotePublisher))
    }

    func conversations(_ realtime: RealtimePublisher) -> ConversationService {
        ConversationService(
            store: backend.conversations, directory: backend.directory, users: backend.users, realtime: realtime,
            clock: clock, identifiers: identifiers)
    }

    var planning: PlanPairings {
        PlanPairings(
            plans: backend.plans, conversations: backend.conversations, leases: backend.leases, settings: settings,
            node: node, clock: clock, identifiers: identifiers, logger: logger)
    }

    var enqueueing: EnqueueDue {
        EnqueueDue(
            messages: backend.autoMessages, queue: backend.queue, leases: backend.leases, settings: settings,
            node: node, clock: clock, logger: logger)
    }

    func worker(_ realtime: RealtimePublisher) -> DispatchWorker {
        let delivery = MessageDelivery(
            autoMessages: backend.autoMessages, messages: backend.messages, users: backend.users,
            store: backend.conversations, conversations: conversations(realtime), queue: backend.queue,
            realtime: realtime, retryDelays: settings.retryDelays, clock: clock, logger: logger)
        return DispatchWorker(queue: backend.queue, delivery: delivery, settings: settings, logger: logger)
    }

    var deadLetters: DeadLetterService {
        DeadLetterService(queue: backend.deadLetters, messages: backend.autoMessages, clock: clock)
    }

    /// Runs services until they end or the process is told to, in the order of who needs whom.
    func run(_ services: [ServiceGroupConfiguration.ServiceConfiguration]) async throws {
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = configuration.server.shutdownDeadline
        try await ServiceGroup(configuration: group).run()
        try await backend.close()
    }
}
