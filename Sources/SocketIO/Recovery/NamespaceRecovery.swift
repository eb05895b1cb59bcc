import EngineIO
import Foundation
import NIOCore
import Synchronization

/// The stream of events of one namespace, and the sockets that can have what they missed of it.
///
/// The number of an event and its jobs on the event loops are given out under one lock, so that every loop sees the events
/// in the order of their numbers: who has got one has got all before it that were meant for it.
final class NamespaceRecovery: Sendable {
    private struct State {
        var log: RecoveryLog
        var keys: SentKeys
        var sessions: SavedSessions
        var live: [String: Socket] = [:]
        /// Sockets that are connected, or about to be, and take part.
        var observers = 0

        var isObserved: Bool { observers > 0 || !sessions.isEmpty }

        mutating func dropExpired(now: NIODeadline) {
            log.dropExpired(now: now)
            sessions.dropExpired(now: now)
        }
    }

    let configuration: ConnectionStateRecovery
    let epoch: String
    private let namespace: String
    private let makeID: @Sendable () -> String
    private let now: @Sendable () -> Date
    private let maxReplayedBytes: Int
    private let maxReplayedPackets: Int
    private let state: Mutex<State>

    init(_ configuration: ConnectionStateRecovery, namespace: String, server: SocketIOConfiguration) {
        self.configuration = configuration
        self.namespace = namespace
        self.makeID = { server.engine.makeID() }
        self.now = server.engine.now
        self.epoch = String(server.engine.makeID().prefix(8))
        // More would close the connection as too slow, whenever it came back.
        self.maxReplayedBytes = server.engine.maxBufferedBytes / 2
        self.maxReplayedPackets = server.engine.maxBufferedPackets / 2
        self.state = Mutex(
            State(
                log: RecoveryLog(maxEvents: configuration.maxEvents, maxBytes: configuration.maxBytes),
                keys: SentKeys(limit: configuration.maxKeys),
                sessions: SavedSessions(limit: configuration.maxSessions)))
    }

    private var expiry: NIODeadline { .now() + TimeAmount(configuration.maxDisconnectionDuration) }

    // MARK: Emitting

    /// Gives an event its place in the stream.
    ///
    /// - Parameter deliver: hands jobs to the event loops, and does nothing else.
    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    func emit(_ event: OutgoingEvent, to selection: RoomSelection, deliver: (Delivery) -> Void) throws(SocketIOError) {
        var delivery = Delivery(event: event.name, plain: try event.encoded(in: namespace))
        state.withLock { state in
            state.dropExpired(now: .now())
            if state.isObserved { delivery.stamped = stamp(event, to: selection, &state) }
            deliver(delivery)
        }
    }

    private func stamp(
        _ event: OutgoingEvent, to selection: RoomSelection, _ state: inout State
    ) -> Delivery.Stamped {
        guard !selection.isVolatile else {
            let offset = offset(at: state.log.latest, key: state.keys.latest)
            let outgoing = PacketEncoder.event(event, in: namespace, offset: offset)
            return Delivery.Stamped(outgoing: outgoing, sequence: state.log.latest, isVolatile: true)
        }
        if let key = event.key { state.keys.append(key, at: state.log.latest + 1) }
        let stamped = record(event, to: selection, &state)
        return Delivery.Stamped(outgoing: stamped.outgoing, sequence: state.log.latest, isVolatile: false)
    }

    private func record(_ event: OutgoingEvent, to selection: RoomSelection, _ state: inout State) -> StampedEvent {
        let key = event.key ?? state.keys.latest
        return state.log.append(to: selection, expiry: expiry) { sequence in
            StampedEvent(
                event: event,
                outgoing: PacketEncoder.event(event, in: namespace, offset: offset(at: sequence, key: key)))
        }
    }

    private func offset(at sequence: UInt64, key: String?) -> RecoveryOffset {
        RecoveryOffset(epoch: epoch, sequence: sequence, time: now(), key: key)
    }

    // MARK: Coming back

    /// From here on events are kept. Each call is followed by one of `leave`.
    func enter() {
        state.withLock { $0.observers += 1 }
    }

    func leave() {
        state.withLock { $0.observers -= 1 }
    }

    /// Number of the last event; those emitted from now on have a higher one.
    var latest: UInt64 { state.withLock { $0.log.latest } }

    func sequence(ofKey key: String) -> UInt64? { state.withLock { $0.keys[key] } }

    /// Takes what was kept for a client that shows its `pid`; a connection of it that still seems to live is closed first.
    /// nil when there is nothing, or not all that it missed.
    func claim(_ request: RecoveryRequest, on eventLoop: any EventLoop) -> EventLoopFuture<SavedSession?> {
        guard let pid = request.pid else { return eventLoop.makeSucceededFuture(nil) }
        guard let live = state.withLock({ $0.live[pid] }) else {
            return eventLoop.makeSucceededFuture(take(pid, offset: request.offset))
        }
        return live.eventLoop.submit { live.connection.supersede() }
            .map { self.take(pid, offset: request.offset) }
            .hop(to: eventLoop)
    }

    private func take(_ pid: String, offset: BroughtOffset) -> SavedSession? {
        state.withLock { state in
            let now = NIODeadline.now()
            state.dropExpired(now: now)
            guard let session = state.sessions.take(pid), session.expiry > now,
                let place = place(of: offset, in: session), state.log.reachesBack(to: place)
            else {
                return nil
            }
            return session
        }
    }

    /// The client may yet come back with better credentials.
    func giveBack(_ session: SavedSession) {
        state.withLock { $0.sessions.save(session) }
    }

    /// Up to where a client got everything; nil when its offset does not say.
    private func place(of brought: BroughtOffset, in session: SavedSession) -> UInt64? {
        // Nothing has arrived since the session began.
        if brought == .none || brought.isCertainly(session.brought) {
            return session.start >= session.lastLeave ? session.start : nil
        }
        guard let offset = brought.offset, offset.epoch == epoch,
            offset.sequence >= max(session.start, session.lastLeave)
        else {
            return nil
        }
        return offset.sequence
    }

    /// The place that a client without a session here has come to elsewhere, or here; nil when it can't be one.
    func gapOffset(of brought: BroughtOffset) -> RecoveryOffset? {
        guard let offset = brought.offset else { return nil }
        return offset.epoch != epoch || offset.sequence <= latest ? offset : nil
    }

    /// Brings back what was claimed. On the socket's loop, in one go with its being connected.
    ///
    /// - Parameter rooms: that of its own id among them.
    /// - Returns: what it missed; nil when that is no longer all there, or too much for one connection.
    func recover(
        _ session: SavedSession, offset: BroughtOffset, as socket: Socket, rooms: Set<String>
    ) -> (events: [EngineIOOutgoing], floor: UInt64)? {
        state.withLock { state in
            guard let place = place(of: offset, in: session), state.log.reachesBack(to: place) else { return nil }
            let events = state.log.events(after: place, for: rooms)
            guard fitsOneConnection(events.map(\.event)) else { return nil }
            state.live[session.pid] = socket
            return (events.map(\.outgoing), state.log.latest)
        }
    }

    private func fitsOneConnection(_ events: [OutgoingEvent]) -> Bool {
        events.reduce(0) { $0 + $1.payload.byteCount } <= maxReplayedBytes
            && events.reduce(0) { $0 + 1 + $1.payload.attachments.count } <= maxReplayedPackets
    }

    /// Begins a new session. On the socket's loop, in one go with its being connected.
    ///
    /// - Parameters:
    ///   - backfill: what it gets first. It goes into the stream a second time, for this socket only, so that it can be
    ///     recovered as everything else.
    ///   - isBounded: whether nothing is begun when that is too much for one connection.
    /// - Returns: nil when it is too much.
    func begin(
        _ socket: Socket, rooms: Set<String>, backfill: Backfill?, isBounded: Bool
    ) -> (pid: String, start: UInt64, events: [EngineIOOutgoing], floor: UInt64)? {
        let pid = makeID()
        return state.withLock { state in
            let start = state.log.latest
            var events: [EngineIOOutgoing] = []
            if let backfill {
                let keys = Set(backfill.events.compactMap(\.key))
                let meanwhile = state.log.events(after: backfill.mark, for: rooms).map(\.event)
                    .filter { event in event.key.map { !keys.contains($0) } ?? true }
                let missed = backfill.events + meanwhile
                guard !isBounded || fitsOneConnection(missed) else { return nil }
                // Their keys stay unknown: nobody else has got them.
                let own = RoomSelection(rooms: [socket.id])
                for event in missed { events.append(record(event, to: own, &state).outgoing) }
            }
            state.live[pid] = socket
            return (pid, start, events, state.log.latest)
        }
    }

    /// What was emitted until now is gone, for everyone.
    func forget() {
        state.withLock { $0.log.forget() }
    }

    // MARK: Going

    /// The socket is disconnected; `session` is kept for its client, if it may come back.
    func end(pid: String, keeping session: SavedSession?) {
        state.withLock { state in
            state.live[pid] = nil
            state.dropExpired(now: .now())
            if let session { state.sessions.save(session) }
        }
    }

    func makeSession(
        pid: String, socketID: String, rooms: [String], data: (any Sendable)?, start: UInt64, lastLeave: UInt64,
        brought: BroughtOffset
    ) -> SavedSession {
        SavedSession(
            pid: pid, socketID: socketID, rooms: rooms, data: data, start: start, lastLeave: lastLeave,
            brought: brought, expiry: expiry)
    }
}
