import NIOCore
import Synchronization

/// All sessions by id, and whether new ones may come.
final class SessionRegistry: Sendable {
    private struct State {
        var sessions: [String: EngineIOSession] = [:]
        /// Ids of those that go over a websocket.
        var websockets: Set<String> = []
        var pending = PendingSessions()
        var isShutDown = false
        var waiting: [EventLoopPromise<Void>] = []
    }

    private let state = Mutex(State())
    private let maxSessions: Int
    /// For how long a session that is not let in keeps its place from others; nil: for as long as it likes.
    private let admissionGrace: TimeAmount?

    init(maxSessions: Int, admissionGrace: Duration?) {
        self.maxSessions = maxSessions
        self.admissionGrace = admissionGrace.map { TimeAmount($0) }
    }

    var count: Int { state.withLock { $0.sessions.count } }
    /// How many there are of each transport.
    var counts: (polling: Int, websocket: Int) {
        state.withLock { ($0.sessions.count - $0.websockets.count, $0.websockets.count) }
    }
    var hasRoom: Bool {
        state.withLock { state in
            !state.isShutDown && (state.sessions.count < maxSessions || sessionToGiveWay(in: &state) != nil)
        }
    }
    var all: [EngineIOSession] { state.withLock { Array($0.sessions.values) } }

    subscript(id: String) -> EngineIOSession? {
        state.withLock { $0.sessions[id] }
    }

    /// False when there is no room, or the server stops. With no room left the session that has waited longest to be let
    /// in gives way, so that nobody can keep others out by opening sessions.
    func add(_ session: EngineIOSession) -> Bool {
        let (isAdded, giving) = state.withLock { state -> (Bool, EngineIOSession?) in
            guard !state.isShutDown, state.sessions[session.id] == nil else { return (false, nil) }
            var giving: EngineIOSession?
            if state.sessions.count >= maxSessions {
                giving = sessionToGiveWay(in: &state)
                guard let giving else { return (false, nil) }
                Self.forget(giving, in: &state)
            }
            state.sessions[session.id] = session
            if session.handshake.transport == .websocket { state.websockets.insert(session.id) }
            if admissionGrace != nil { state.pending.append(session, now: .now()) }
            return (true, giving)
        }
        giving?.close(reason: .forcedClose)
        return isAdded
    }

    /// The application has let a session in.
    func admitted(_ session: EngineIOSession) {
        guard admissionGrace != nil else { return }
        state.withLock { $0.pending.remove(session.id) }
    }

    private func sessionToGiveWay(in state: inout State) -> EngineIOSession? {
        admissionGrace.flatMap { state.pending.first(since: .now() - $0) }
    }

    private static func forget(_ session: EngineIOSession, in state: inout State) {
        state.sessions[session.id] = nil
        state.websockets.remove(session.id)
        state.pending.remove(session.id)
    }

    /// A session went over to a websocket.
    func upgraded(_ session: EngineIOSession) {
        state.withLock { state in
            if state.sessions[session.id] != nil { state.websockets.insert(session.id) }
        }
    }

    func remove(_ session: EngineIOSession) {
        let done = state.withLock { state in
            Self.forget(session, in: &state)
            guard state.sessions.isEmpty else { return [EventLoopPromise<Void>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for promise in done { promise.succeed() }
    }

    /// Refuses new sessions and returns those there are. `empty` succeeds when the last is gone.
    func shutDown(empty: EventLoopPromise<Void>) -> [EngineIOSession] {
        let sessions = state.withLock { state in
            state.isShutDown = true
            if !state.sessions.isEmpty { state.waiting.append(empty) }
            return Array(state.sessions.values)
        }
        if sessions.isEmpty { empty.succeed() }
        return sessions
    }
}
