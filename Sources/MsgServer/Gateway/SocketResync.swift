import Logging
import MsgKit
import ServiceLifecycle
import SocketIO

/// Brings the sockets of this process to what the records say after commands of other processes were lost: closes those
/// whose session has ended, has the others in the rooms of their conversations and of no others, and read anew.
public struct SocketResync: Service {
    /// Users who are looked up at a time, so that requests are not held up.
    private static let concurrency = 8

    private let namespace: Namespace
    private let accounts: AccountService
    private let conversations: ConversationService
    private let losses: any BusLosses
    private let metrics: SocketMetrics
    private let logger: Logger

    public init(
        server: SocketIOServer, accounts: AccountService, conversations: ConversationService, losses: any BusLosses,
        metrics: SocketMetrics = SocketMetrics(), logger: Logger
    ) {
        namespace = server.of("/")
        self.accounts = accounts
        self.conversations = conversations
        self.losses = losses
        self.metrics = metrics
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in losses.losses() {
                metrics.lostCommands()
                namespace.forgetMissedEvents()
                tellEverybody()
                var backoff = Backoff(from: .milliseconds(200), to: .seconds(5))
                while !Task.isCancelled, !(await resynchronize()) { try? await Task.sleep(for: backoff.next()) }
            }
        }
    }

    private func tellEverybody() {
        do {
            try namespace.emit(Resync.name, Resync(.lostEvents))
        } catch {
            logger.error("clients could not be told to read anew", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// False when the records could not be read; it is to be done again then.
    private func resynchronize() async -> Bool {
        let byUser = Dictionary(grouping: await namespace.all.fetchSockets()) { socket in
            socket.data(as: SocketIdentity.self)?.principal.id
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, (user, sockets)) in byUser.enumerated() {
                    guard let user else { continue }
                    if number >= Self.concurrency { try await group.next() }
                    group.addTask {
                        for socket in sockets { try await closeIfEnded(socket) }
                        try await ConversationRooms(user: user, sockets: sockets, conversations: conversations).follow()
                    }
                }
                try await group.waitForAll()
            }
            return true
        } catch {
            logger.warning(
                "sockets could not be compared with the records yet",
                metadata: ["error": "\(String(reflecting: error))"])
            return Task.isCancelled
        }
    }

    private func closeIfEnded(_ socket: Socket) async throws {
        while let identity = socket.data(as: SocketIdentity.self) {
            if try await accounts.isSignedIn(identity.principal) { return }
            // A socket that has got another token meanwhile is looked at once more.
            guard socket.data(as: SocketIdentity.self)?.principal.session == identity.principal.session else {
                continue
            }
            return socket.disconnect(close: true)
        }
    }
}
