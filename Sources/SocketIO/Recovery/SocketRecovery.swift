import EngineIO
import NIOCore

/// One socket's part in connection state recovery.
///
/// `@unchecked Sendable`: the mutable state is touched on the socket's event loop only, from its admission on; everything
/// else is constant.
final class SocketRecovery: @unchecked Sendable {
    let store: NamespaceRecovery
    /// nil: nothing is filled in.
    private let request: RecoveryRequest?
    /// Whether what the application found the last time was more than the client can be sent.
    private let isLastTry: Bool
    /// What the client came with.
    let brought: BroughtOffset
    /// What was kept for its client; the socket has taken over its id.
    let claim: SavedSession?
    private var pid = ""
    private var start: UInt64 = 0
    private var lastLeave: UInt64 = 0
    /// What its client came with when the session began, maybe on another connection.
    private var broughtFirst = BroughtOffset.none
    /// Number of the last event that is no concern of a broadcast any more: emitted before, or replayed.
    private(set) var floor: UInt64 = 0
    private var isBegun = false
    /// Whether what was kept, or found, turned out not to be all there, or too much.
    private var isRefused = false

    init(
        store: NamespaceRecovery, request: RecoveryRequest?, claim: SavedSession?, brought: BroughtOffset,
        isLastTry: Bool = false
    ) {
        self.store = store
        self.request = request
        self.brought = brought
        self.claim = claim
        self.isLastTry = isLastTry
    }

    /// That of the socket which the client gets instead. The application is asked for what the client missed, unless this
    /// socket was not allowed to have it.
    func successor() -> SocketRecovery {
        SocketRecovery(
            store: store, request: isRefused ? request : nil, claim: nil, brought: brought,
            isLastTry: isRefused && claim == nil)
    }

    var skipsMiddlewares: Bool { claim != nil && store.configuration.skipsMiddlewares }

    /// Whether the socket may have what was kept.
    func isAllowed(for socket: Socket) async -> Bool {
        guard let claim else { return true }
        return await store.configuration.isAllowed(socket, claim.data)
    }

    /// Asks the application for what the client missed, when there is nothing to recover.
    func backfill(for socket: Socket) async throws -> Backfill? {
        guard claim == nil, request?.pid != nil, let backfill = store.configuration.backfill else {
            return nil
        }
        let mark = store.latest
        let offset = isLastTry ? nil : store.gapOffset(of: brought)
        let events = try await backfill(socket, RecoveryGap(offset: offset, recovery: store))
        return Backfill(events: events.map(OutgoingEvent.init), mark: mark)
    }

    /// The socket is connected from here on; nil when it can't be, because what its client missed is no longer all there,
    /// or more than one connection can take.
    func admit(_ socket: Socket, backfill: Backfill?) -> Admission? {
        let adapter = socket.namespace.adapter
        if let claim {
            if store.configuration.rooms == .restored { adapter.joinOnLoop(claim.rooms, socket) }
            let rooms = Set(adapter.roomsOnLoop(of: socket) + [socket.id])
            guard let missed = store.recover(claim, offset: brought, as: socket, rooms: rooms) else {
                isRefused = true
                return nil
            }
            isBegun = true
            (pid, start, floor, broughtFirst) = (claim.pid, claim.start, missed.floor, claim.brought)
            lastLeave = max(lastLeave, claim.lastLeave)
            return Admission(pid: pid, isRecovered: true, before: missed.events)
        }
        let rooms = Set(adapter.roomsOnLoop(of: socket) + [socket.id])
        guard let session = store.begin(socket, rooms: rooms, backfill: backfill, isBounded: !isLastTry) else {
            isRefused = true
            return nil
        }
        isBegun = true
        (pid, start, floor, broughtFirst) = (session.pid, session.start, session.floor, brought)
        return Admission(pid: pid, after: session.events)
    }

    /// The socket leaves rooms. What was emitted to them is not replayed any more, so its client must have got it.
    func leftRooms() {
        if isBegun, store.configuration.rooms == .restored { lastLeave = store.latest }
    }

    /// The socket was never connected.
    func abandon() {
        if let claim, !isRefused { store.giveBack(claim) }
        store.leave()
    }

    /// The socket is disconnected; it is still in its rooms.
    func end(_ socket: Socket, _ reason: DisconnectReason, data: (any Sendable)?) {
        guard isBegun else { return }
        var session: SavedSession?
        if reason.isRecoverable {
            session = store.makeSession(
                pid: pid, socketID: socket.id, rooms: socket.namespace.adapter.roomsOnLoop(of: socket), data: data,
                start: start, lastLeave: lastLeave, brought: broughtFirst)
        }
        store.end(pid: pid, keeping: session)
        store.leave()
    }
}

extension DisconnectReason {
    /// Whether the client did not mean to go, and was not sent away.
    fileprivate var isRecoverable: Bool {
        switch self {
        case .transportClose, .transportError, .pingTimeout, .forcedClose, .forcedServerClose, .serverShuttingDown: true
        case .parseError, .clientNamespaceDisconnect, .serverNamespaceDisconnect: false
        }
    }
}
