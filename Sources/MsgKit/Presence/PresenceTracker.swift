import Algorithms
import Foundation
import Logging
import ServiceLifecycle

/// Counts this node's sockets per user and tells the store, and the people who share a conversation, when a user comes
/// or goes: once per user, however many tabs.
public actor PresenceTracker: Service {
    /// How long a node counts without renewing; a third of it is the renewal interval.
    public static let nodeLifetime = Duration.seconds(30)
    /// At most so often is `online_users_update` sent, however many come and go.
    private static let updateInterval = Duration.milliseconds(500)

    private struct State {
        var user: UserReference
        var sockets = 0
        var isAnnounced = false
        var isReconciling = false
    }

    private let node: NodeID
    private let store: any PresenceStore
    private let users: any UserStore
    private let directory: any ConversationDirectory
    private let realtime: RealtimePublisher
    private let clock: any WallClock
    private let logger: Logger
    private var states: [User.ID: State] = [:]
    private var roomsToUpdate: Set<Room> = []
    private var updateTask: Task<Void, Never>?

    public init(
        node: NodeID, store: any PresenceStore, users: any UserStore, directory: any ConversationDirectory,
        realtime: RealtimePublisher, clock: any WallClock, logger: Logger
    ) {
        self.node = node
        self.store = store
        self.users = users
        self.directory = directory
        self.realtime = realtime
        self.clock = clock
        self.logger = logger
    }

    /// A socket of the user has opened.
    public func opened(_ user: UserReference) async {
        states[user.id, default: State(user: user)].user = user
        states[user.id, default: State(user: user)].sockets += 1
        await reconcile(user.id)
    }

    /// A socket of the user has closed.
    public func closed(_ user: User.ID) async {
        guard let sockets = states[user]?.sockets, sockets > 0 else { return }
        states[user]?.sockets = sockets - 1
        await reconcile(user)
    }

    /// Who is online, at most ``OnlineUsers/maximumUsers`` by name.
    public func online() async throws -> OnlineUsers {
        let now = clock.now
        let (online, total) = try await store.online(limit: OnlineUsers.maximumUsers, at: now)
        let named = try await users.users(online).map(\.reference).sorted {
            ($0.username.lowercased(), $0.id) < ($1.username.lowercased(), $1.id)
        }
        return OnlineUsers(users: named, count: total, at: now)
    }

    /// Brings what the store says of a user to what the sockets say. One at a time per user, so that a quick come and
    /// go can't arrive in the wrong order.
    private func reconcile(_ id: User.ID) async {
        guard states[id]?.isReconciling == false else { return }
        states[id]?.isReconciling = true
        while let state = states[id], state.isAnnounced != (state.sockets > 0) {
            let isHere = state.sockets > 0
            do {
                let now = clock.now
                let changed =
                    isHere
                    ? try await store.connected(id, on: node, at: now)
                    : try await store.disconnected(id, from: node, at: now)
                states[id]?.isAnnounced = isHere
                if !isHere { try await users.markSeen([id], at: now) }
                if changed { try await announce(state.user, isOnline: isHere, at: now) }
            } catch {
                // The next renewal of the node tries again.
                logger.retrying(
                    "a user's presence was not recorded", after: error,
                    metadata: ["user": "\(id)", "online": "\(isHere)"])
                break
            }
        }
        states[id]?.isReconciling = false
        if let state = states[id], state.sockets == 0, !state.isAnnounced { states[id] = nil }
    }

    /// Renews the node, and makes good what could not be recorded.
    func renew() async throws {
        try await announceNode()
        await reconcileAll()
        try await sweep()
    }

    private func reconcileAll() async {
        for (id, state) in states where state.isAnnounced != (state.sockets > 0) { await reconcile(id) }
    }

    private func announce(_ user: UserReference, isOnline: Bool, at instant: Date) async throws {
        let rooms = try await directory.conversationIDs(of: user.id).map { Room.conversation($0) }
        guard !rooms.isEmpty else { return }
        let except = [Room.user(user.id)]
        await realtime.send([
            isOnline
                ? try UserOnline(user, at: instant).emission(to: rooms, except: except)
                : try UserOffline(user, at: instant).emission(to: rooms, except: except)
        ])
        roomsToUpdate.formUnion(rooms)
        guard updateTask == nil else { return }
        updateTask = Task {
            do { try await Task.sleep(for: Self.updateInterval) } catch { return }
            await self.sendUpdate()
        }
    }

    private func sendUpdate() async {
        updateTask = nil
        let rooms = Array(roomsToUpdate)
        roomsToUpdate = []
        do {
            await realtime.send([try OnlineUsersUpdate(try await online()).emission(to: rooms)])
        } catch {
            logger.warning("online_users_update was not sent", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// Announces the node, so that the store and the other nodes know of it; call before any socket opens.
    public func announceNode() async throws {
        let now = clock.now
        let isKnown = try await store.renew(node, at: now, until: now.addingTimeInterval(Self.nodeLifetime.seconds))
        guard !isKnown else { return }
        for id in states.keys { states[id]?.isAnnounced = false }
    }

    /// Tells of those who were on nodes that ended without leaving.
    func sweep() async throws {
        while true {
            let now = clock.now
            let gone = try await store.sweep(at: now)
            guard !gone.isEmpty else { return }
            logger.info("a node ended without leaving", metadata: ["users": "\(gone.count)"])
            try await users.markSeen(gone, at: now)
            for user in try await users.users(gone) { try await announce(user.reference, isOnline: false, at: now) }
        }
    }

    /// Renews the node until the service stops, then takes it away.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var backoff = Backoff()
            while !Task.isCancelled {
                var pause = Self.nodeLifetime / 3
                do {
                    try await self.renew()
                    backoff.reset()
                } catch is CancellationError {
                    return
                } catch {
                    pause = min(pause, backoff.next())
                    self.logger.retrying(
                        "this node's presence could not be renewed", after: error, level: .error,
                        metadata: ["retry": "\(pause)"])
                }
                try? await Task.sleep(for: pause)
            }
        }
        updateTask?.cancel()
        await leave()
    }

    private func leave() async {
        let now = clock.now
        do {
            let gone = try await store.leave(node, at: now)
            for batch in gone.chunks(ofCount: 1_000) { try await users.markSeen(Array(batch), at: now) }
        } catch {
            logger.warning(
                "this node did not take its leave; it counts until its lease ends",
                metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
