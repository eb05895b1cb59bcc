import Synchronization

/// Gathers the acknowledgements of one event, of this process's sockets and of other servers'.
final class AnswerCollector: Sendable {
    private struct State {
        var asked: Int
        var missing: Int
        /// Servers that have not said yet how many they ask.
        var silentServers: Int
    }

    let answers: AsyncStream<EventArguments>
    private let continuation: AsyncStream<EventArguments>.Continuation
    private let allCounted = AsyncStream<Never>.makeStream()
    private let state: Mutex<State>

    /// - Parameters:
    ///   - sockets: of this process.
    ///   - servers: others that ask theirs.
    init(sockets: Int, servers: Int) {
        (answers, continuation) = AsyncStream.makeStream()
        state = Mutex(State(asked: sockets, missing: sockets, silentServers: servers))
        progress { _ in }
    }

    /// A socket has answered, or won't.
    func answered(_ arguments: EventArguments?) {
        if let arguments { continuation.yield(arguments) }
        progress { $0.missing -= 1 }
    }

    /// Another server asks so many sockets.
    func serverAsks(_ count: Int) {
        progress { state in
            state.silentServers -= 1
            state.asked += count
            state.missing += count
        }
    }

    /// No more is waited for.
    func giveUp() {
        allCounted.continuation.finish()
        continuation.finish()
    }

    /// How many sockets are asked, once all servers have said so.
    func count() async -> Int {
        for await _ in allCounted.stream {}
        return state.withLock { $0.asked }
    }

    private func progress(_ change: (inout State) -> Void) {
        let (isCounted, isComplete) = state.withLock { state in
            change(&state)
            return (state.silentServers <= 0, state.silentServers <= 0 && state.missing <= 0)
        }
        if isCounted { allCounted.continuation.finish() }
        if isComplete { continuation.finish() }
    }
}
