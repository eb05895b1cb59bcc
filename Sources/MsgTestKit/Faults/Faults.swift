import MsgKit
import Synchronization

/// Decides which of the calls of some roles fails, and whether it has had its effect by then.
final class Faults: Sendable {
    enum Kind: CaseIterable {
        /// An engine that is away for one call.
        case away
        /// Something that nobody expects, once.
        case unexpected
        /// The end of the process: no later call does anything until ``clear()``.
        case crash
    }

    struct Plan: Sendable {
        var kind: Kind
        /// The number of the call, from 1.
        var call: Int
        /// Whether what was called for is done all the same.
        var isAfterEffect: Bool
    }

    struct Unexpected: Error {}
    struct Crash: Error {}

    private struct State {
        var plan: Plan?
        var calls = 0
        var isDead = false
        var hasStruck = false
    }

    private let state = Mutex(State())

    /// Whether the plan has come true.
    var hasStruck: Bool { state.withLock { $0.hasStruck } }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// Counts the calls anew, for one failure among them.
    func begin(_ plan: Plan?) {
        state.withLock { $0 = State(plan: plan) }
    }

    func clear() { begin(nil) }

    func call<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        let struck = try state.withLock { state -> Plan? in
            if state.isDead { throw Crash() }
            state.calls += 1
            guard let plan = state.plan, plan.call == state.calls else { return nil }
            state.hasStruck = true
            state.isDead = plan.kind == .crash
            return plan
        }
        guard let struck else { return try await body() }
        if struck.isAfterEffect { _ = try await body() }
        switch struck.kind {
        case .away: throw MsgError(.unavailable, "The engine is away.")
        case .unexpected: throw Unexpected()
        case .crash: throw Crash()
        }
    }
}
