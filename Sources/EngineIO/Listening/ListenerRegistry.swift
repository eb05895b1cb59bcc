import Synchronization

/// The listeners of a server that are open, and whether there may be more.
final class ListenerRegistry: Sendable {
    private struct State {
        var listeners: [ObjectIdentifier: EngineIOListener] = [:]
        var isShutDown = false
    }

    private let state = Mutex(State())

    /// False when the server stops.
    func add(_ listener: EngineIOListener) -> Bool {
        state.withLock { state in
            guard !state.isShutDown else { return false }
            state.listeners[ObjectIdentifier(listener)] = listener
            return true
        }
    }

    func remove(_ listener: EngineIOListener) {
        state.withLock { $0.listeners[ObjectIdentifier(listener)] = nil }
    }

    /// Takes those there are; no more may come.
    func shutDown() -> [EngineIOListener] {
        state.withLock { state in
            state.isShutDown = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
    }
}
