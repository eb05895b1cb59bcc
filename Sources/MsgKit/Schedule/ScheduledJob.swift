import Foundation

/// A phase of the pipeline and when it runs.
public struct ScheduledJob: Sendable {
    /// The name of its command: `plan-pairings`, `enqueue-due`.
    public let phase: String
    /// Whom it is about; nil for a phase of all.
    public let pool: String?
    public let timetable: Timetable
    /// For how long a run that was missed or failed is made up; nil for as long as no later one is due, where the later
    /// one does what the earlier would have done.
    public let grace: Duration?
    /// Does the work of a run that was due at an instant, now or some time ago, and returns what there is to say of it.
    /// - Throws: ``ErrorCode/leaseHeld`` while another process does it, ``ErrorCode/windowClosed`` when it is too late for
    ///   it; whatever else is tried again.
    public let run: @Sendable (_ occurrence: Date) async throws -> String?

    public init(
        phase: String, pool: String? = nil, timetable: Timetable, grace: Duration? = nil,
        run: @escaping @Sendable (_ occurrence: Date) async throws -> String?
    ) {
        self.phase = phase
        self.pool = pool
        self.timetable = timetable
        self.grace = grace
        self.run = run
    }

    /// For how long planning waits at a time for another pool's, or for that of a command from crontab.
    private static let patience = Duration.seconds(60)

    public static let planningPhase = "plan-pairings"
    public static let queueingPhase = "enqueue-due"

    /// What its runs are kept under, one for each phase and pool: `plan-pairings/default`, `enqueue-due`.
    public var name: String { Self.name(phase, pool) }

    public static func name(_ phase: String, _ pool: String?) -> String { pool.map { "\(phase)/\($0)" } ?? phase }

    /// Whether what became of a run is kept. Of what runs every so often it is not: what was missed comes again.
    var isRecorded: Bool {
        if case .cron = timetable { true } else { false }
    }

    /// Whether a run is given up that was not done by an instant.
    func isTooLate(_ occurrence: Date, at instant: Date) -> Bool {
        grace.map { instant.timeIntervalSince(occurrence) > $0.seconds } ?? false
    }

    /// Plans a day of a pool.
    public static func planning(_ planning: PlanPairings, of pool: PoolSettings, clock: any WallClock) -> ScheduledJob {
        ScheduledJob(
            phase: planningPhase, pool: pool.name, timetable: pool.planning, grace: pool.grace
        ) { occurrence in
            let date = pool.date(plannedAt: occurrence)
            guard pool.window.remainder(of: date, at: clock.now) != nil else {
                throw MsgError(.windowClosed, "The send window of \(date) was over.")
            }
            let result = try await planning.run(pool: pool.name, date: date, waiting: patience)
            return "\(date): \(result.status.rawValue), \(result.plan.figures.messages) messages"
        }
    }

    /// Queues what is due.
    public static func queueing(_ enqueueing: EnqueueDue, settings: PipelineSettings) -> ScheduledJob {
        ScheduledJob(phase: queueingPhase, timetable: settings.queueing) { _ in
            let result = try await enqueueing.run()
            return "\(result.queued) queued, \(result.requeued) again"
        }
    }
}
