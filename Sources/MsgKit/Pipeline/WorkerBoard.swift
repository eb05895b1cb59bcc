import Foundation

/// Where workers say how they are doing, for whoever asks after the health of the whole.
public protocol WorkerBoard: Sendable {
    /// Keeps a worker's report in place of its earlier one.
    func report(_ report: WorkerReport) async throws

    /// Forgets a worker that has ended; one that is not there is no error.
    func remove(_ node: NodeID) async throws

    /// The reports that were made at an instant or later, by node. Engines forget those of workers that have been silent
    /// for more than a day.
    func reports(since instant: Date) async throws -> [WorkerReport]
}
