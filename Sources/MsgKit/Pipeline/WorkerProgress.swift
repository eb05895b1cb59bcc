import Foundation
import Synchronization

/// What a worker notes of its work, for its reports.
public final class WorkerProgress: Sendable {
    private struct State {
        var lastSettledAt: Date?
        var settled = 0
        var inHand = 0
        /// Since when there has been something to do without any of it being done.
        var pendingSince: Date?
    }

    private let clock: any WallClock
    private let startedAt: Date
    private let state = Mutex(State())

    public init(clock: any WallClock) {
        self.clock = clock
        startedAt = clock.now
    }

    /// The queue gave out jobs, or none.
    func took(_ count: Int) {
        let now = clock.now
        state.withLock { state in
            state.inHand += count
            if state.inHand > 0 {
                state.pendingSince = state.pendingSince ?? now
            } else {
                state.pendingSince = nil
            }
        }
    }

    /// The queue could not be asked for jobs.
    func failedToTake() {
        let now = clock.now
        state.withLock { $0.pendingSince = $0.pendingSince ?? now }
    }

    /// A delivery is settled, however it went.
    func settled() {
        let now = clock.now
        state.withLock { state in
            state.inHand -= 1
            state.settled += 1
            state.lastSettledAt = now
            state.pendingSince = state.inHand > 0 ? now : nil
        }
    }

    /// Jobs are out of this worker's hands unsettled.
    func letGo(_ count: Int) {
        state.withLock { $0.inHand -= count }
    }

    /// - Parameter patience: after how long without anything done the worker counts as stalled.
    public func report(of node: NodeID, concurrency: Int, patience: Duration) -> WorkerReport {
        let now = clock.now
        return state.withLock { state in
            let isStalled = state.pendingSince.map { now.timeIntervalSince($0) >= patience.seconds } ?? false
            return WorkerReport(
                node: node, startedAt: startedAt, seenAt: now, lastSettledAt: state.lastSettledAt,
                settled: state.settled, inHand: state.inHand, concurrency: concurrency,
                stalledSince: isStalled ? state.pendingSince : nil)
        }
    }
}
