import Foundation

/// Looks whether queued messages get delivered, by what the workers say and by how long messages have been queued.
public struct DeliverySurvey: Sendable {
    /// A worker that has not reported for so long is not there: three of its reports are missing.
    static let patience = Duration.seconds(30)
    /// What older reports say matters to nobody.
    private static let memory = Duration.seconds(86_400)

    private let board: any WorkerBoard
    private let messages: any AutoMessageStore
    private let stallAfter: Duration
    private let clock: any WallClock

    public init(
        board: any WorkerBoard, messages: any AutoMessageStore, stallAfter: Duration, clock: any WallClock
    ) {
        self.board = board
        self.messages = messages
        self.stallAfter = stallAfter
        self.clock = clock
    }

    /// What is wrong, as a sentence; nil when nothing is.
    public func problem() async throws -> String? {
        let now = clock.now
        let reports = try await board.reports(since: now.addingTimeInterval(-Self.memory.seconds))
        let live = reports.filter { now.timeIntervalSince($0.seenAt) <= Self.patience.seconds }
        if let stalled = stalled(live, at: now) { return stalled }
        guard live.isEmpty, let oldest = try await messages.oldestQueued() else { return nil }
        let seconds = now.timeIntervalSince(oldest)
        guard seconds >= stallAfter.seconds else { return nil }
        var text = "No worker delivers; the message that waits longest was queued \(Int(seconds)) s ago."
        if let silent = reports.max(by: { $0.seenAt < $1.seenAt }) {
            text +=
                " Worker \(silent.node.rawValue) has been silent for \(Int(now.timeIntervalSince(silent.seenAt))) s, "
                + "with \(silent.inHand) jobs in hand."
        }
        return text
    }

    /// As ``problem()``, of a store in which nothing may be made: where it is not made yet that is thrown, where it is away
    /// nothing is known, and its own probe tells.
    public func problem(unless store: any HealthProbe) async throws -> String? {
        do {
            try await store.probe()
            return try await problem()
        } catch let unprepared as UnpreparedEngine {
            throw unprepared
        } catch is MsgError {
            return nil
        }
    }

    /// Of the worker that has been stalled longest.
    private func stalled(_ live: [WorkerReport], at now: Date) -> String? {
        let stalled = live.compactMap { report in report.stalledSince.map { (report, since: $0) } }
        guard let (report, since) = stalled.min(by: { $0.since < $1.since }) else { return nil }
        let seconds = Int(now.timeIntervalSince(since))
        let others = stalled.count > 1 ? " So have \(stalled.count - 1) more." : ""
        return report.inHand > 0
            ? "Worker \(report.node.rawValue) has settled none of its \(report.inHand) jobs for \(seconds) s.\(others)"
            : "Worker \(report.node.rawValue) has got no jobs from the queue, which fails, for \(seconds) s.\(others)"
    }
}
