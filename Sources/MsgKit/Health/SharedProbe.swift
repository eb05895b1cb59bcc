import Synchronization

/// A probe that many ask at once: one call is under way at a time, whoever comes meanwhile gets what it finds, and that holds
/// for a while. So an engine is asked as seldom by many as by one, and how many ask is no reason for it to count as down.
final class SharedProbe: Sendable {
    /// What a call has shown.
    struct Finding: Sendable {
        /// Nil of an engine that has answered.
        var failure: (any Error)?
        var begunAt: ContinuousClock.Instant
        var took: Duration
    }

    private struct State {
        /// The call under way, or the last one.
        var call: Task<Finding, Never>?
        /// Nil while it is under way.
        var endedAt: ContinuousClock.Instant?
        /// Calls that have not come back, those that were given up included.
        var open = 0
    }

    /// How many calls may hang; while so many do it counts as down without another.
    private static let maximumOpen = 8

    let probe: any HealthProbe
    private let deadline: Duration
    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    /// - Parameters:
    ///   - deadline: how long a call may take.
    ///   - lifetime: for how long after its end what a call has shown is shown to others.
    init(
        _ probe: any HealthProbe, deadline: Duration, lifetime: Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.probe = probe
        self.deadline = deadline
        self.lifetime = lifetime
        self.now = now
    }

    /// Returns after the deadline at the latest.
    func finding() async -> Finding {
        let call = state.withLock { state in
            if let call = state.call {
                guard let endedAt = state.endedAt else { return call }
                if now() - endedAt < lifetime { return call }
            }
            let call = Task { await self.ask() }
            state.call = call
            state.endedAt = nil
            return call
        }
        return await call.value
    }

    private func ask() async -> Finding {
        let begin = now()
        var failure: (any Error)?
        do {
            try await answer()
        } catch {
            failure = error
        }
        let end = now()
        state.withLock { $0.endedAt = end }
        return Finding(failure: failure, begunAt: begin, took: end - begin)
    }

    /// Returns once the probe has answered. One that hangs is left behind, as not every call can be cancelled.
    private func answer() async throws {
        let late = MsgError(.unavailable, "\(probe.name) did not answer within \(deadline).")
        let mayAsk = state.withLock { state in
            guard state.open < Self.maximumOpen else { return false }
            state.open += 1
            return true
        }
        guard mayAsk else { throw late }
        let (answer, continuation) = AsyncThrowingStream<Never, any Error>.makeStream()
        let call = Task {
            do {
                try await probe.probe()
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
            state.withLock { $0.open -= 1 }
        }
        let timer = Task {
            try await Task.sleep(for: deadline)
            continuation.finish(throwing: late)
        }
        defer {
            call.cancel()
            timer.cancel()
        }
        for try await _ in answer {}
    }
}
