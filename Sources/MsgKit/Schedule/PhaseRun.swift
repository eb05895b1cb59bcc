import Foundation

/// What became of the last run of a scheduled phase.
public struct PhaseRun: Sendable, Equatable {
    public enum Outcome: String, Sendable, CaseIterable, Codable {
        /// Somebody is at it, or was when they were killed.
        case running
        case done
        /// The last try failed; there is another within the grace.
        case failed
        /// It was missed, or could not be done, for so long that it is given up.
        case skipped
    }

    /// How much of a ``note`` is kept, in characters.
    public static let maximumNote = 300

    /// By how much the clocks of two processes may differ for one to go by what the other has stored, in seconds.
    private static let maximumSkew: Double = 3600

    /// ``ScheduledJob/name``: `plan-pairings/default`, `enqueue-due`.
    public var phase: String
    /// When it was due.
    public var occurrence: Date
    public var outcome: Outcome
    /// Of the lease that it runs under.
    public var fencingToken: Int64
    public var startedAt: Date
    /// Nil while it is running.
    public var finishedAt: Date?
    /// Which process ran it.
    public var node: NodeID
    /// What was done, or why not.
    public var note: String?

    public init(
        phase: String, occurrence: Date, outcome: Outcome, fencingToken: Int64, startedAt: Date,
        finishedAt: Date? = nil,
        node: NodeID, note: String? = nil
    ) {
        self.phase = phase
        self.occurrence = occurrence
        self.outcome = outcome
        self.fencingToken = fencingToken
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.node = node
        self.note = note
    }

    /// Whether there is nothing more to do about it.
    public var isSettled: Bool { outcome == .done || outcome == .skipped }

    /// The latest occurrence that another process may have begun by when this run is. A later one was begun by a clock that
    /// was ahead, and proves nothing.
    public var latestCredible: Date { Self.latestCredible(at: startedAt) }

    /// The latest occurrence that may have been begun by an instant.
    public static func latestCredible(at instant: Date) -> Date { instant.addingTimeInterval(maximumSkew) }
}
