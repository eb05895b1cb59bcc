import Foundation
import Synchronization

/// How long messages have been waiting for the index without any of them getting in: what the indexer notes and health
/// asks for.
public final class IndexingProgress: Sendable {
    /// Something that waits.
    struct Standstill: Sendable, Equatable {
        /// Since when nothing has moved.
        var since: Date
        /// When the oldest message that waits was stored or changed; nil when it is not known.
        var oldest: Date?
    }

    private struct State {
        var standstill: Standstill?
        var checkpoint: ChangePosition?
        var isBeginning = false
    }

    private let clock: any WallClock
    private let state = Mutex(State())

    public init(clock: any WallClock) { self.clock = clock }

    /// A look for changes begins; until ``settle()`` something may wait.
    func begin() {
        let now = clock.now
        state.withLock { state in
            if state.standstill == nil { state.standstill = Standstill(since: now, oldest: nil) }
        }
    }

    /// The index is at a checkpoint and lacks a message of an instant. One that is not where it was has moved, by
    /// whichever process.
    func wait(at checkpoint: ChangePosition?, for oldest: Date) {
        let now = clock.now
        state.withLock { state in
            let hasMoved = state.checkpoint != checkpoint
            state.checkpoint = checkpoint
            state.standstill = Standstill(since: hasMoved ? now : state.standstill?.since ?? now, oldest: oldest)
        }
    }

    /// Something got in, or nothing waits.
    func settle() { state.withLock { $0.standstill = nil } }

    /// Whether the index has had nothing to hold yet, as before anybody has written anything: it lacks what came since, as it
    /// lacks every new message for a moment, and is not being built.
    var isBeginning: Bool { state.withLock { $0.isBeginning } }

    /// What the index lacked when it was looked at.
    /// - Parameter checkpoint: how far it was; nil when it held nothing.
    func look(at checkpoint: ChangePosition?, hasChanges: Bool) {
        state.withLock { state in
            if checkpoint != nil { state.isBeginning = false } else if !hasChanges { state.isBeginning = true }
        }
    }

    /// What has not moved, at present.
    var standstill: Standstill? { state.withLock { $0.standstill } }

    var now: Date { clock.now }
}
