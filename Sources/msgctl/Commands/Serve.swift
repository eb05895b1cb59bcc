import ArgumentParser
import EngineIO
import Foundation
import Logging
import MsgKit
import MsgServer
import NIOPosix
import ServiceLifecycle
import SocketIO

/// `serve`: the API, the scheduler and a worker in one process, or some of them.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the REST and Socket.IO server, the scheduler and a dispatch worker.",
        discussion: """
            Everything runs in this process unless --only names some parts.

            Example:
              msgctl serve --host 0.0.0.0 --port 8080
              msgctl serve --only api
            """)

    /// A part of the system that this process runs.
    enum Part: String, CaseIterable {
        case api
        case scheduler
        case worker
    }

    @OptionGroup var options: GlobalOptions

    @Option(help: "The address to listen at (default: 127.0.0.1).")
    var host: String?

    @Option(help: "The port to listen at; 0 takes any that is free (default: 3000).")
    var port: String?

    @Option(
        help: ArgumentHelp("Run only these, separated by commas: api, scheduler, worker.", valueName: "parts"),
        transform: Self.parts)
    var only: Set<Part>?

    func validate() throws {
        guard host == nil && port == nil || only?.contains(.api) != false else {
            throw ValidationError("--host and --port are the API's, which --only leaves out.")
        }
    }

    func run() async throws {
        var flags: [String: String] = [:]
        flags["server.host"] = host
        flags["server.port"] = port
        let monitoring = Monitoring.begin()
        let composition = try await Composition.open(options, flags: flags)
        let parts = only ?? Set(Part.allCases)
        let usesQueue = parts.contains(.worker) || parts.contains(.scheduler)
        try await composition.requireConfigured(usesQueue ? ["cache", "queue"] : ["cache"])
        try await composition.run(try await services(composition, monitoring, parts))
    }

    private func services(
        _ composition: Composition, _ monitoring: Monitoring, _ parts: Set<Part>
    ) async throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
        let engines = composition.engines
        let configuration = composition.configuration
        let logger = composition.logger
        let eventLoops = MultiThreadedEventLoopGroup.singleton
        let sockets =
            parts.contains(.api)
            ? SocketIOServer(
                configuration: socketIO(configuration, engines.records, monitoring.sockets), eventLoopGroup: eventLoops,
                logger: logger)
            : nil
        let rooms = sockets.map { sockets in
            MemberRooms(
                SocketRooms(sockets, metrics: monitoring.sockets, logger: logger),
                conversations: engines.records.conversations, logger: logger)
        }
        let realtime = RealtimePublisher(local: rooms, bus: engines.cache.bus, logger: logger)
        // Stopped in reverse: nothing new comes in before what is in hand is let go of.
        var services: [any Service] = engines.services + [realtime]
        if parts.contains(.worker) {
            let worker = composition.worker(realtime)
            services += [composition.heartbeat(of: worker), worker] as [any Service]
        }
        if let sockets, let rooms {
            services += try await api(composition, monitoring, sockets, rooms, realtime, eventLoops)
        } else if let metrics = monitoring.server(composition) {
            services.append(metrics)
        }
        if parts.contains(.scheduler), configuration.schedule.enabled {
            services.append(composition.scheduler)
        }
        // One that fails, such as a server whose port is taken, has the others let go of their leases.
        return services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) }
    }

    /// The API's services, in the order of who needs whom.
    private func api(
        _ composition: Composition, _ monitoring: Monitoring, _ sockets: SocketIOServer, _ rooms: MemberRooms,
        _ realtime: RealtimePublisher,
        _ eventLoops: MultiThreadedEventLoopGroup
    ) async throws -> [any Service] {
        let engines = composition.engines
        let configuration = composition.configuration
        let presence = PresenceTracker(
            node: composition.node, store: engines.cache.presence, users: engines.records.users,
            directory: engines.records.directory,
            realtime: realtime, clock: composition.clock, logger: composition.logger)
        // Before the subscription, so that nobody publishes past this node; an engine that is not there yet is awaited.
        do {
            try await presence.announceNode()
        } catch let error as MsgError where error.code == .unavailable {
            composition.logger.warning(
                "this node could not be announced yet", metadata: ["error": "\(String(reflecting: error))"])
        }
        engines.cache.peers?.answer(from: SocketRooms(sockets))
        let subscriber = BusSubscriber(local: rooms, bus: engines.cache.bus, logger: composition.logger)
        let accounts = try await composition.accounts(realtime)
        try await accounts.prepareKeys()
        let conversations = composition.conversations(realtime)
        let messages = MessageService(
            messages: engines.records.messages, conversations: conversations, users: engines.records.users,
            realtime: realtime,
            clock: composition.clock, identifiers: composition.identifiers)
        let indexing = IndexingProgress(clock: composition.clock)
        let deliveries = DeliveryWatch(composition.deliverySurvey)
        let health = HealthService(
            probes: engines.probes(required: Self.required(configuration))
                + [IndexingProbe(progress: indexing), DeliveryProbe(deliveries)],
            logger: composition.logger)
        SocketGateway(
            server: sockets, accounts: accounts, conversations: conversations, messages: messages,
            limits: composition.limits, presence: presence, realtime: realtime,
            typingTimeout: configuration.realtime.typingTimeout, clock: composition.clock,
            metrics: monitoring.sockets, logger: composition.logger
        ).install()
        let useCases = UseCases(
            accounts: accounts, exclusions: composition.exclusions,
            users: UserDirectory(
                users: engines.records.users, presence: engines.cache.presence, clock: composition.clock,
                logger: composition.logger),
            conversations: conversations, messages: messages,
            search: SearchService(
                index: engines.search.index, feed: engines.records.changes, messages: engines.records.messages,
                conversations: conversations, service: messages,
                fallback: configuration.search.fallback == .store ? engines.records.textSearch : nil,
                progress: indexing),
            analytics: AnalyticsService(
                analytics: engines.search.analytics, users: engines.records.users, clock: composition.clock),
            deadLetters: composition.deadLetters, health: health, limits: composition.limits,
            registration: configuration.auth.registration, clock: composition.clock)
        let tls = try ServerTLS.load(configuration.server, logger: composition.logger)
        let listening = Listening(format: options.output, directory: engines.dataDirectory, isSecure: tls != nil)
        let connections = FileLimit.raise(for: configuration.realtime, logger: composition.logger)
        let server = MessagingServer(
            useCases: useCases,
            metrics: monitoring.page(
                composition, indexing: indexing, passwords: { accounts.passwordThreads }, server: sockets),
            socketIO: sockets, configuration: configuration.server, maximumConnections: connections,
            tls: tls, eventLoopGroup: eventLoops,
            swaggerUI: try configuration.server.swaggerUI.map(SwaggerUI.init(directory:)),
            logger: composition.logger, onListening: { listening.announce($0) })
        let indexer = SearchIndexer(
            feed: engines.records.changes, index: engines.search.index, interval: configuration.search.indexInterval,
            progress: indexing, logger: composition.logger)
        // Half of the time for the sockets leaves the rest for what their last events began.
        let shutdown = SocketShutdown(
            server: sockets, health: health, deadline: configuration.server.shutdownDeadline / 2)
        let cleaner = SessionCleaner(
            sessions: engines.records.sessions, clock: composition.clock, logger: composition.logger)
        let resync = engines.cache.losses.map { losses in
            SocketResync(
                server: sockets, accounts: accounts, conversations: conversations, losses: losses,
                metrics: monitoring.sockets, logger: composition.logger)
        }
        let extras: [any Service] = (resync.map { [$0] } ?? []) + (tls.map { [$0] } ?? [])
        return [subscriber, presence, indexer, cleaner, deliveries] + extras + [server, shutdown]
    }

    /// The API does its work without the queue and without search; what is embedded is all one, and there or not.
    private static func required(_ configuration: Configuration) -> Set<String> {
        var required: Set = ["store"]
        if configuration.cache.redisURL == nil { required.insert("cache") }
        if configuration.queue.rabbitMQURL == nil { required.insert("queue") }
        return required
    }

    private func socketIO(
        _ configuration: Configuration, _ records: RecordEngine, _ metrics: SocketMetrics
    ) -> SocketIOConfiguration {
        var settings = SocketIOConfiguration()
        if configuration.realtime.recovery {
            let missed = MissedMessages(
                directory: records.directory, messages: records.messages, users: records.users,
                isOneMachine: configuration.store.mongoDBURI == nil)
            settings.connectionStateRecovery = SocketBackfill(missed, metrics: metrics).settings(
                window: configuration.realtime.recoveryWindow)
        }
        settings.observer = metrics
        settings.engine.observer = metrics
        settings.engine.onConnectionError = { metrics.refused($0.code) }
        settings.connectTimeout = configuration.realtime.connectTimeout
        if configuration.realtime.maxEventsPerSecond > 0 {
            settings.maxEventsPerSecond = configuration.realtime.maxEventsPerSecond
        }
        settings.engine.pingInterval = configuration.realtime.pingInterval
        settings.engine.pingTimeout = configuration.realtime.pingTimeout
        settings.engine.maxPayload = configuration.realtime.maxPayload
        settings.engine.maxSessions = configuration.realtime.maxConnections
        settings.engine.maxBufferedBytes = configuration.realtime.maxBuffered
        settings.engine.allowedOrigins =
            configuration.server.clientURLs.contains("*") ? .any : .list(Set(configuration.server.clientURLs))
        return settings
    }

    private static func parts(_ text: String) throws -> Set<Part> {
        let parts = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let part = Part(rawValue: String(name)) else {
                throw ValidationError("'\(name)' is no part; there are api, scheduler and worker.")
            }
            return part
        }
        return Set(parts)
    }
}
