import Foundation
import MsgKit
import Synchronization

/// Lets one indexer at a time take in changes, so that of many the others neither do the same work again nor leave
/// something in an index that it is not theirs to write.
///
/// A claim is part of the state. One whose owner is gone holds the others up for ``patience``: each measures by its own
/// clock how long it has seen the same claim.
final class IndexClaims: Sendable {
    private struct Watch {
        /// Claims of this object that are at work.
        var own: Set<String> = []
        /// Somebody else's claim and since when it has been seen.
        var foreign: (token: String, since: ContinuousClock.Instant)?
    }

    private let lifecycle: IndexLifecycle
    private let owner = UUID().uuidString
    private let patience: Duration
    private let timeout: Duration
    private let watch = Mutex(Watch())

    /// - Parameters:
    ///   - patience: how long a claim of somebody else is respected; longer than anybody takes to write a batch.
    ///   - timeout: how long a call may take.
    init(lifecycle: IndexLifecycle, patience: Duration, timeout: Duration) {
        self.lifecycle = lifecycle
        self.patience = patience
        self.timeout = timeout
    }

    /// Claims the changes after a checkpoint; nil when the index is not there any more, or when somebody else is at it
    /// for longer than a call may wait.
    func take(following checkpoint: ChangePosition?) async throws -> IndexStateStore.Held? {
        let start = ContinuousClock.now
        let deadline = start + timeout
        var pause = Duration.milliseconds(10)
        while true {
            var held = try await lifecycle.current(until: deadline)
            guard held?.state.position == checkpoint else { return nil }
            if held == nil { held = try await lifecycle.ensure(until: deadline) }
            guard let held, held.state.position == checkpoint else { return nil }
            if isFree(held.state.claim) {
                let claim = IndexState.Claim(owner: owner, token: UUID().uuidString)
                var state = held.state
                state.claim = claim
                watch.withLock { _ = $0.own.insert(claim.token) }
                do {
                    let taken = try await lifecycle.states.replace(held, with: state, until: deadline)
                    if let taken { return taken }
                    end(claim)
                } catch {
                    end(claim)
                    throw error
                }
            } else {
                // The rest of the time is for the engine to answer in.
                guard .now + pause < start + timeout / 2 else { return nil }
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .milliseconds(500))
            }
        }
    }

    /// Moves the checkpoint and ends the claim; false when somebody else moved it meanwhile.
    func commit(_ taken: IndexStateStore.Held, position: ChangePosition) async throws -> Bool {
        defer { taken.state.claim.map(end) }
        var state = taken.state
        state.position = position
        state.claim = nil
        return try await lifecycle.states.replace(taken, with: state, until: .now + timeout) != nil
    }

    /// Ends the claim without moving the checkpoint, in the background: it is only so that others need not wait, and
    /// this object knows its own claims.
    func release(_ taken: IndexStateStore.Held) {
        taken.state.claim.map(end)
        var state = taken.state
        state.claim = nil
        Task { [lifecycle, timeout] in
            _ = try? await lifecycle.states.replace(taken, with: state, until: .now + timeout)
        }
    }

    private func end(_ claim: IndexState.Claim) {
        watch.withLock { _ = $0.own.remove(claim.token) }
    }

    private func isFree(_ claim: IndexState.Claim?) -> Bool {
        watch.withLock { watch in
            guard let claim else { return true }
            if claim.owner == owner { return !watch.own.contains(claim.token) }
            if watch.foreign?.token != claim.token { watch.foreign = (claim.token, .now) }
            return watch.foreign.map { .now - $0.since >= patience } ?? false
        }
    }
}
