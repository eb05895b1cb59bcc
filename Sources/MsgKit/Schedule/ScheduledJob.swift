import Foundation

/// A phase of the pipeline and when it runs.
public struct ScheduledJob: Sendable {
    /// The name of its command: `plan-pairings`, `enqueue-due`.
    public let phase: String
    public let timetable: Timetable
    /// Does the work of a run that was due at an instant, now or some time ago.
    /// - Throws: ``ErrorCode/leaseHeld`` while another process does it; whatever else is tried again as well.
    public let run: @Sendable (_ occurrence: Date) async throws -> Void

    public init(
        phase: String, timetable: Timetable, run: @escaping @Sendable (_ occurrence: Date) async throws -> Void
    ) {
        self.phase = phase
        self.timetable = timetable
        self.run = run
    }

    public static let planningPhase = "plan-pairings"
    public static let queueingPhase = "enqueue-due"

    /// Plans the day of each run, unless its send window is over by now.
    public static func planning(
        _ planning: PlanPairings, settings: PipelineSettings, clock: any WallClock
    ) -> ScheduledJob {
        let pool = settings.defaultPool
        return ScheduledJob(phase: planningPhase, timetable: pool.planning) { occurrence in
            let date = pool.date(plannedAt: occurrence)
            guard pool.window.remainder(of: date, at: clock.now) != nil else { return }
            _ = try await planning.run(date: date)
        }
    }

    /// Queues what is due.
    public static func queueing(_ enqueueing: EnqueueDue, settings: PipelineSettings) -> ScheduledJob {
        ScheduledJob(phase: queueingPhase, timetable: settings.queueing) { _ in _ = try await enqueueing.run() }
    }
}
