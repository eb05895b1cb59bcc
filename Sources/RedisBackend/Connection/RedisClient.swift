import DequeModule
import Logging
import MsgKit
import NIOCore
import Synchronization

/// Sends commands over one connection, many at a time without waiting for each other's replies. Lives until it is
/// closed.
///
/// A command is written at most once. When the connection ends under it, its caller gets `unavailable` and does not
/// learn whether it was carried out.
///
/// `@unchecked Sendable`: what is variable and behind no lock is touched on the loop only, checked in debug builds.
final class RedisClient: @unchecked Sendable {
    private struct Inbox {
        var requests: Deque<RedisRequest> = []
        /// Of all requests, those under way included.
        var commands = 0
        var bytes = 0
        var isFlushScheduled = false
        var isClosed = false
        var server = Server.none
    }

    /// Who answers at the moment.
    enum Server: Equatable {
        case none
        /// One run of one server; nil when it does not say which.
        case connected(runID: String?)
    }

    let options: RedisOptions
    private let address: RedisAddress
    private let link: RedisLink
    private let inbox = Mutex(Inbox())
    private var underway: Deque<RedisRequest> = []
    private var timer: Scheduled<Void>?
    /// Of the server that is connected.
    private var runID: String?
    /// Whether a server took no writes that was reached last.
    private var wasReadOnly = false
    /// Asks a server that is reached after such a one whether it takes writes.
    private var trial: RedisRequest?
    private var keepAlive: RepeatedTask?
    private var lastReply = NIODeadline.now()

    init(connector: RedisConnector, eventLoop: any EventLoop, logger: Logger) {
        options = connector.options
        address = connector.address
        link = RedisLink(connector: connector, eventLoop: eventLoop, logger: logger)
    }

    /// Begins to connect, and goes on with it until it is closed.
    func start() {
        link.eventLoop.execute { [self] in
            link.start(
                RedisLink.Events(
                    opened: { self.opened(runID: $0) }, received: { self.received($0) },
                    lost: { self.lost($0) }, failed: { self.failed($0) }))
            let interval = TimeAmount(options.keepAliveInterval)
            keepAlive = link.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
                self.ask()
            }
        }
    }

    var server: Server { inbox.withLock { $0.server } }

    /// Carries a command out.
    /// - Throws: `unavailable`, `serverBusy`, what the server refused it with, or a `CancellationError`.
    func send(_ command: RedisCommand) async throws -> RedisValue {
        let replies = try await send([command])
        guard let reply = replies.first else { throw error(.unexpectedReply) }
        if case .error(let text) = reply { throw error(.refused(text)) }
        return reply
    }

    /// Carries commands out one behind the other; an error of one is its reply.
    /// - Parameter runID: the run of the server that they are meant for.
    func send(_ commands: [RedisCommand], runID: String? = nil) async throws -> [RedisValue] {
        guard !commands.isEmpty else { return [] }
        let deadline = NIODeadline.now() + TimeAmount(options.commandTimeout)
        let request = RedisRequest(commands, deadline: deadline, runID: runID)
        try enqueue(request)
        do {
            return try await request.wait()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw self.error(error)
        }
    }

    /// A failure of this server as the callers of a role meet it.
    func error(_ failure: RedisFailure) -> MsgError { failure.msgError(from: address) }

    /// Any error of a call: what is in the table stays what it is.
    func error(_ error: any Error) -> MsgError {
        error as? MsgError ?? self.error(RedisFailure(connection: error))
    }

    /// Ends the connection; calls under way fail, and later ones.
    func close() async {
        let closing = link.eventLoop.submit { [self] in
            inbox.withLock { $0.isClosed = true }
            keepAlive?.cancel()
            timer?.cancel()
            link.close()
            failAll(RedisFailure.closed)
        }
        // Fails only when the loop has ended, and the connection with it.
        try? await closing.get()
    }

    // MARK: On any thread

    private func enqueue(_ request: RedisRequest) throws {
        let schedules = try inbox.withLock { inbox in
            guard !inbox.isClosed else { throw error(.closed) }
            guard inbox.commands + request.commands.count <= options.maximumPendingCommands,
                inbox.bytes + request.size <= options.maximumPendingBytes
            else { throw MsgError(.serverBusy, "Too much waits for Redis; try again in a moment.") }
            inbox.requests.append(request)
            inbox.commands += request.commands.count
            inbox.bytes += request.size
            defer { inbox.isFlushScheduled = true }
            return !inbox.isFlushScheduled
        }
        if schedules { link.eventLoop.execute { self.flush() } }
    }

    /// Gives the room of requests back that are done with.
    private func forget(_ requests: some Sequence<RedisRequest>) {
        inbox.withLock { inbox in
            for request in requests {
                inbox.commands -= request.commands.count
                inbox.bytes -= request.size
            }
        }
    }

    // MARK: On the loop

    private func flush() {
        link.eventLoop.assertInEventLoop()
        inbox.withLock { $0.isFlushScheduled = false }
        guard link.isOpen else {
            link.hurry()
            if case .waiting = link.state { failWaiting(link.trouble ?? .connectionLost) }
            armTimer()
            return
        }
        let requests = inbox.withLock { inbox in
            defer { inbox.requests = [] }
            return inbox.requests
        }
        var buffer = ByteBuffer()
        buffer.reserveCapacity(requests.reduce(0) { $0 + $1.size })
        for request in requests { write(request, into: &buffer) }
        if buffer.readableBytes > 0 { link.write(buffer) }
        armTimer()
    }

    private func write(_ request: RedisRequest, into buffer: inout ByteBuffer) {
        let start = buffer.writerIndex
        do throws(RedisFailure) {
            // Nobody waits for it any more, and nothing of it has been sent.
            guard !request.isSettled else { return forget([request]) }
            guard request.runID == nil || request.runID == runID else { throw RedisFailure.serverChanged }
            for command in request.commands { try command.write(into: &buffer) }
            underway.append(request)
        } catch {
            buffer.moveWriterIndex(to: start)
            forget([request])
            request.settle(.failure(error))
        }
    }

    private func opened(runID: String?) {
        self.runID = runID
        lastReply = .now()
        inbox.withLock { $0.server = .connected(runID: runID) }
        if wasReadOnly { tryWriting() } else { link.settled() }
        flush()
    }

    private func received(_ reply: RedisValue) {
        lastReply = .now()
        guard let request = underway.first else {
            return link.drop(.malformedReply("a reply to no command"))
        }
        if let replies = request.receive(reply) {
            underway.removeFirst()
            // First, so that whoever goes on behind this finds the room.
            forget([request])
            request.settle(.success(replies))
        }
        // A primary that became a replica: another connection may lead to the new one.
        if case .error(let text) = reply, RedisRefusal(text).isReadOnly {
            wasReadOnly = true
            link.drop(.refused(text))
        } else if request === trial {
            wasReadOnly = false
            link.settled()
        }
    }

    /// A replica lets anybody in and answers what only reads: that is not yet to be of use again.
    private func tryWriting() {
        let deadline = NIODeadline.now() + TimeAmount(options.commandTimeout)
        let request = RedisRequest([.trialWrite(in: options.keyPrefix)], deadline: deadline, runID: nil)
        trial = request
        // Whatever else waits: without an answer to this it would count as read-only for as long as it is connected.
        inbox.withLock { inbox in
            inbox.requests.append(request)
            inbox.commands += 1
            inbox.bytes += request.size
        }
    }

    private func lost(_ error: any Error) {
        forgetServer()
        failUnderway(error)
    }

    private func failed(_ error: any Error) {
        forgetServer()
        failWaiting(error)
    }

    private func forgetServer() {
        runID = nil
        inbox.withLock { $0.server = .none }
    }

    private func failAll(_ error: any Error) {
        failUnderway(error)
        failWaiting(error)
    }

    private func failUnderway(_ error: any Error) {
        let requests = underway
        underway = []
        forget(requests)
        for request in requests { request.settle(.failure(error)) }
    }

    private func failWaiting(_ error: any Error) {
        let requests = inbox.withLock { inbox in
            defer { inbox.requests = [] }
            return inbox.requests
        }
        forget(requests)
        for request in requests { request.settle(.failure(error)) }
    }

    // MARK: Deadlines

    /// One timer for all: they wait equally long, so the first one asked is the first one late.
    private func armTimer() {
        guard timer == nil, let first = underway.first ?? inbox.withLock({ $0.requests.first }) else { return }
        timer = link.eventLoop.scheduleTask(deadline: first.deadline) {
            self.timer = nil
            self.checkDeadlines()
        }
    }

    private func checkDeadlines() {
        let now = NIODeadline.now()
        if let first = underway.first, first.deadline <= now {
            failUnderway(RedisFailure.commandTimeout)
            link.drop(.commandTimeout)
        }
        let late = inbox.withLock { inbox in
            var late: [RedisRequest] = []
            while let first = inbox.requests.first, first.deadline <= now { late.append(inbox.requests.removeFirst()) }
            return late
        }
        forget(late)
        for request in late { request.settle(.failure(RedisFailure.commandTimeout)) }
        armTimer()
    }

    /// Sees that an idle connection still works; its answer is awaited like any other's.
    private func ask() {
        guard link.isOpen, underway.isEmpty,
            NIODeadline.now() - lastReply >= TimeAmount(options.keepAliveInterval / 2)
        else { return }
        let deadline = NIODeadline.now() + TimeAmount(options.commandTimeout)
        try? enqueue(RedisRequest([RedisCommand("PING")], deadline: deadline, runID: nil))
    }
}
