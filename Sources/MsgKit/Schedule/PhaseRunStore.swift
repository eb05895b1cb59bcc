import Foundation

/// Where the last run of each scheduled phase is kept. A write that returns is durable.
public protocol PhaseRunStore: Sendable {
    /// The last run of a phase; nil when it never ran.
    func lastRun(_ phase: String) async throws -> PhaseRun?

    /// Takes an occurrence, in one step: the run becomes the phase's last. False, and nothing changes, when that one is of
    /// a later occurrence, or of the same one and either settled or begun under a newer lease.
    ///
    /// A later occurrence than ``PhaseRun/latestCredible`` of the run, an hour after it started, is no obstacle: it comes
    /// from a clock that was ahead, and would keep the phase from being run until that time.
    ///
    /// Between occurrences tokens are not compared: those of another lease engine may be smaller.
    func begin(_ run: PhaseRun) async throws -> Bool

    /// Notes the end of a run that was begun: outcome, instant and note. No effect when another has taken its place.
    func finish(_ run: PhaseRun) async throws

    /// The last run of every phase, by phase.
    func runs() async throws -> [PhaseRun]

    /// When the last occurrence of each phase was due that was done, whatever became of later ones; without phases of which
    /// none was. One that is forgotten with a clock that was ahead, as ``begin(_:)`` has it, does not count.
    func lastDone() async throws -> [String: Date]
}
