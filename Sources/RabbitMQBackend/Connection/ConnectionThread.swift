import Foundation
import Logging
import MsgKit
import Synchronization

/// A connection with the thread that owns it, made when it is first needed and made again when it was lost and is needed.
///
/// The thread goes round: it takes the commands of callers, gives the broker's events to the session, lets the session
/// send, and waits in poll(2). Callers wait for a ``Reply`` with a time limit of their own, so that nothing that holds the
/// thread up (a name server, a broker that reads nothing) holds them up.
///
///     idle ──demand──▶ connecting ──▶ serving ──lost──▶ idle (what waits is demand)
///                          └─failed─▶ pausing: whoever asks is refused at once, until the next try may begin
final class ConnectionThread<Session: ConnectionSession>: Sendable {
    private struct State {
        var commands: [Session.Command] = []
        var stopBy: ContinuousClock.Instant?
        var hasStarted = false
        var hasEnded = false
        var waitingForEnd: [Reply<Void>] = []
    }

    /// A connection that lasts shorter than this counts as one that could not be made.
    private static var shortestService: Duration { .seconds(1) }
    private static var eventsPerRound: Int { 1000 }

    private let endpoint: BrokerEndpoint
    private let options: RabbitMQOptions
    private let logger: Logger
    private let makeSession: @Sendable () -> Session
    private let state = Mutex(State())
    private let wakeUp: WakeUp
    private let socket = SocketHandle()

    init(
        to endpoint: BrokerEndpoint, options: RabbitMQOptions, logger: Logger,
        session makeSession: @escaping @Sendable () -> Session
    ) throws {
        self.endpoint = endpoint
        self.options = options
        self.logger = logger
        self.makeSession = makeSession
        wakeUp = try WakeUp()
    }

    /// Gives the thread a command; what bounds their number is the caller's affair.
    /// - Throws: ``ErrorCode/unavailable`` after the end.
    func post(_ command: Session.Command) throws {
        let isFirst = try state.withLock { state in
            guard state.stopBy == nil else { throw MsgError.queueClosed }
            state.commands.append(command)
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        if isFirst { start() }
        wakeUp.wake()
    }

    /// Lets what is under way finish, for a bounded time, and takes leave of the broker. Stopping twice is no error.
    func stop() async {
        let ended = Reply<Void>()
        let hasEnded = state.withLock { state in
            state.stopBy = state.stopBy ?? .now + options.closeTimeout
            if !state.hasStarted || state.hasEnded { return true }
            state.waitingForEnd.append(ended)
            return false
        }
        if hasEnded { return }
        wakeUp.wake()
        let breakOff = Task { [socket] in
            try await Task.sleep(for: options.closeTimeout + .milliseconds(500))
            socket.shutDown()
        }
        defer { breakOff.cancel() }
        let limit = options.closeTimeout + .seconds(2)
        let late = MsgError(.unavailable, "The connection to RabbitMQ did not end in time.")
        do {
            try await ended.value(within: limit, orThrow: late, isCancellable: false)
        } catch {
            logger.warning("the connection to RabbitMQ did not end in time; it is left behind")
        }
    }

    private func start() {
        let thread = Thread { self.run() }
        thread.name = options.connectionName
        // The library decodes nested tables by recursion, as deep as a frame can hold them.
        thread.stackSize = 16 * 1024 * 1024
        thread.start()
    }

    private func run() {
        let session = makeSession()
        var backoff = Backoff(from: options.reconnectPause.first, to: options.reconnectPause.longest)
        var failure: (error: MsgError, until: ContinuousClock.Instant)?
        while !takeCommands(for: session) {
            guard session.hasDemand else {
                wakeUp.wait()
                continue
            }
            if let failure, .now < failure.until {
                session.fail(failure.error)
                continue
            }
            var began: ContinuousClock.Instant?
            do {
                let connection = try AMQPConnection(to: endpoint, options: options, socket: socket)
                try session.begin(on: connection, until: .now + options.operationTimeout)
                began = .now
                if failure != nil { logger.info("RabbitMQ is back", metadata: ["address": "\(endpoint.address)"]) }
                try serve(session, on: connection)
                connection.close()
            } catch {
                let known = MsgError(broker: error, at: endpoint)
                if let began, .now - began > Self.shortestService {
                    log("the connection to RabbitMQ is lost", known)
                    backoff.reset()
                    failure = (known, .now)
                    session.disconnected(known)
                } else {
                    if failure?.error.operatorMessage != known.operatorMessage { log("RabbitMQ can't be used", known) }
                    failure = (known, .now + backoff.next())
                    session.disconnected(known)
                    session.fail(known)
                }
            }
        }
        session.fail(.queueClosed)
        end()
    }

    /// Goes round until the program ends.
    private func serve(_ session: Session, on connection: AMQPConnection) throws {
        while true {
            let stops = takeCommands(for: session)
            var budget = Self.eventsPerRound
            while budget > 0, let event = try connection.nextEvent() {
                try session.handle(event)
                budget -= 1
            }
            let now = ContinuousClock.now
            let next = try session.advance(on: connection, at: now)
            if stops, !session.hasDemand || now >= stopBy { return }
            var limit = connection.heartbeat / 4
            if let next { limit = min(limit, max(.zero, next - now)) }
            if stops { limit = min(limit, max(.zero, stopBy - now)) }
            if budget == 0 || connection.hasBufferedInput { limit = .zero }
            wakeUp.wait(for: connection.descriptor, toWrite: session.wantsToWrite, within: limit)
        }
    }

    private var stopBy: ContinuousClock.Instant { state.withLock { $0.stopBy } ?? .now }

    /// Returns whether the program ends.
    private func takeCommands(for session: Session) -> Bool {
        let (commands, stops) = state.withLock { state in
            defer { state.commands = [] }
            return (state.commands, state.stopBy != nil)
        }
        for command in commands { session.accept(command) }
        if stops { session.stop() }
        return stops
    }

    private func end() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for reply in waiting { reply.answer(.success(())) }
    }

    private func log(_ text: Logger.Message, _ error: MsgError) {
        logger.warning(
            text, metadata: ["connection": "\(options.connectionName)", "error": "\(String(reflecting: error))"],
            source: Logger.outages)
    }
}
