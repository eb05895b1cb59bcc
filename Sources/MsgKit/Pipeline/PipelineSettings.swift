import Foundation

/// What the pipeline's phases are told by the configuration.
public struct PipelineSettings: Sendable {
    /// The pool of everybody who is in no other.
    public var defaultPool: PoolSettings
    /// By name.
    public var otherPools: [PoolSettings]
    /// When due messages are queued.
    public var queueing: Timetable
    /// A message queued this long without being sent is queued again.
    public var requeueAfter: Duration
    public var concurrency: Int
    public var prefetch: Int
    /// The pauses before the first, second, … retry; after the last the job is given up.
    public var retryDelays: [Duration]
    /// By which part of its step such a pause may be shorter, 0…1.
    public var retryJitter: Double
    /// After how long without a delivery done, while there are some to do, a worker counts as stalled.
    public var stallAfter: Duration
    /// What happens to messages that come long after they were due.
    public var late: LatePolicy

    public init(_ configuration: Configuration) {
        let schedule = configuration.schedule
        defaultPool = PoolSettings(Plan.defaultPool, schedule)
        otherPools = configuration.pools.sorted { $0.key < $1.key }.map { PoolSettings($0.key, $0.value) }
        queueing = schedule.queueing
        requeueAfter = schedule.requeueAfter
        concurrency = configuration.worker.concurrency
        prefetch = configuration.worker.prefetch
        retryDelays = configuration.worker.retryDelays
        retryJitter = Double(configuration.worker.retryJitter) / 100
        stallAfter = configuration.worker.stallAfter
        late = LatePolicy(action: schedule.late, after: schedule.lateAfter)
    }

    /// All of them, ``defaultPool`` first.
    public var pools: [PoolSettings] { [defaultPool] + otherPools }

    /// Nil for a pool that is not configured.
    public func pool(_ name: String) -> PoolSettings? { pools.first { $0.name == name } }

    /// The zone that a user's days are told in: their own, else that of their pool's window. Of a pool that is not
    /// configured, or of nobody, it is the default pool's.
    public func timeZone(of user: User?) -> TimeZone {
        if let zone = user?.timeZone.flatMap({ TimeZone(identifier: $0) }) { return zone }
        return (user.flatMap { pool($0.pool) } ?? defaultPool).window.timeZone
    }

    public var retries: RetryLadder { RetryLadder(delays: retryDelays, jitter: retryJitter) }
}
