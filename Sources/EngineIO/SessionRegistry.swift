import NIOCore
import Synchronization

/// All sessions by id, and whether new ones may come.
final class SessionRegistry: Sendable {
    private struct State {
        var sessions: [String: EngineIOSession] = [:]
        /// Ids of those that go over a websocket.
        var websockets: Set<String> = []
        var isShutDown = false
        var waiting: [EventLoopPromise<Void>] = []
    }

    private let state = Mutex(State())
    private let maxSessions: Int

    init(maxSessions: Int) {
        self.maxSessions = maxSessions
    }

    var count: Int { state.withLock { $0.sessions.count } }
    /// How many there are of each transport.
    var counts: (polling: Int, websocket: Int) {
        state.withLock { ($0.sessions.count - $0.websockets.count, $0.websockets.count) }
    }
    var hasRoom: Bool { state.withLock { !$0.isShutDown && $0.sessions.count < maxSessions } }
    var all: [EngineIOSession] { state.withLock { Array($0.sessions.values) } }

    subscript(id: String) -> EngineIOSession? {
        state.withLock { $0.sessions[id] }
    }

    /// False when there is no room, or the server stops.
    func add(_ session: EngineIOSession) -> Bool {
        state.withLock { state in
            guard !state.isShutDown, state.sessions.count < maxSessions, state.sessions[session.id] == nil else {
                return false
            }
            state.sessions[session.id] = session
            if session.handshake.transport == .websocket { state.websockets.insert(session.id) }
            return true
        }
    }

    /// A session went over to a websocket.
    func upgraded(_ session: EngineIOSession) {
        state.withLock { state in
            if state.sessions[session.id] != nil { state.websockets.insert(session.id) }
        }
    }

    func remove(_ session: EngineIOSession) {
        let done = state.withLock { state in
            state.sessions[session.id] = nil
            state.websockets.remove(session.id)
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
