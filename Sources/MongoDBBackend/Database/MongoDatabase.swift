import Logging
import MsgKit
import Synchronization
import WirePeek

/// The database as the stores use it: calls that block go to threads of their own, within a deadline, once the schema
/// is there.
final class MongoDatabase: Sendable {
    let options: MongoDBOptions
    let clock: any WallClock
    let logger: Logger
    let uri: MongoURI
    let threads: WorkerThreads
    let schema: SchemaGate
    let concern: ConcernGate
    let damaged: DamagedRecords
    /// Tells when the servers can't be used, and when they can again.
    let outage: OutageLog
    let peeks = PeekMemory()
    /// Woken by this process's own changes of messages.
    let messagesChanged = ChangeSignal()
    let sightings = SetSightings()
    private let clients: MongoClients
    private let watched = Mutex<[@Sendable (ContinuousClock.Instant) -> Void]>([])
    private let deadlines = Mutex<DeadlineWatch?>(nil)

    /// Connects to nothing yet.
    /// - Throws: ``ErrorCode/configuration`` when the URL or the database's name is not valid.
    init(options: MongoDBOptions, logger: Logger, clock: any WallClock) throws {
        MongoLibrary.open(logger: logger)
        self.options = options
        self.clock = clock
        uri = try MongoURI(options, socketTimeout: options.operationTimeout)
        var logger = logger
        logger[metadataKey: "mongodb"] = "\(uri.hosts)/\(uri.database)"
        self.logger = logger
        damaged = DamagedRecords(logger: logger)
        outage = OutageLog(
            failing: "MongoDB can't be used; it is tried again whenever it is needed", working: "MongoDB is back",
            logger: logger)
        threads = WorkerThreads(
            count: options.connections, maximumWaiting: options.maximumWaiting, name: "mongodb")
        clients = MongoClients(uri: uri, size: options.connections, sightings: sightings)
        concern = ConcernGate(uri)
        schema = SchemaGate(limit: options.automaticMigrationLimit, clock: clock, logger: logger)
        deadlines.withLock { $0 = DeadlineWatch { [weak self] in self?.expire(at: $0) } }
    }

    /// Runs a body on a thread that may block, with a connection, and returns what it returns.
    ///
    /// A body that has begun when its caller is cancelled or its deadline passes goes on by itself, to its next command
    /// at most.
    /// - Parameter schema: whether the database has to have the schema first.
    /// - Throws: what the body throws; ``ErrorCode/unavailable`` when the deadline passes, ``ErrorCode/serverBusy`` when
    ///   too much waits; `CancellationError` when the task is cancelled before its turn.
    func perform<Value: Sendable>(
        schema isNeeded: Bool = true, _ body: @escaping @Sendable (MongoConnection) throws -> Value
    ) async throws -> Value {
        let call = PendingCall<Value>(deadline: .now + options.operationTimeout)
        return try await explaining {
            try await call.value {
                threads.submit(
                    WorkerThreads.Job(
                        deadline: call.deadline,
                        run: {
                            guard call.begin() else { return }
                            call.settle(Result { try self.run(until: call.deadline, schema: isNeeded, body) })
                        },
                        fail: { call.settle(.failure($0)) },
                        isSettled: { call.isSettled }))
            }
        }
    }

    /// Runs a body with a connection on the calling thread, which has to be one that may block.
    func run<Value>(
        until deadline: ContinuousClock.Instant? = nil, schema isNeeded: Bool = true,
        _ body: (MongoConnection) throws -> Value
    ) throws -> Value {
        try clients.withClient { client in
            let deadline = deadline ?? .now + options.operationTimeout
            let connection = MongoConnection(client: client, uri: uri, deadline: deadline, damaged: damaged)
            try concern.pass(connection)
            if isNeeded { try schema.pass(connection) }
            return try body(connection)
        }
    }

    /// Calls a function ten times a second, until ``close()``.
    func watch(_ expire: @escaping @Sendable (ContinuousClock.Instant) -> Void) {
        watched.withLock { $0.append(expire) }
    }

    /// Fails what waits, and returns when what runs has ended, or after the time that a call may take.
    func close() async {
        threads.close()
        let (over, continuation) = AsyncStream<Never>.makeStream()
        Task { [threads] in
            await threads.ended()
            continuation.finish()
        }
        let timer = Task { [limit = options.operationTimeout] in
            try? await Task.sleep(for: limit)
            continuation.finish()
        }
        for await _ in over {}
        timer.cancel()
        expire(at: .now + options.operationTimeout + options.operationTimeout)
        deadlines.withLock { watch in
            watch?.end()
            watch = nil
        }
    }

    private func expire(at instant: ContinuousClock.Instant) {
        threads.expire(at: instant)
        for expire in watched.withLock({ $0 }) { expire(instant) }
    }
}
