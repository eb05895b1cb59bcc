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

    public init(_ configuration: Configuration) {
        let schedule = configuration.schedule
        defaultPool = PoolSettings(Plan.defaultPool, schedule)
        otherPools = configuration.pools.sorted { $0.key < $1.key }.map { PoolSettings($0.key, $0.value) }
        queueing = schedule.queueing
        requeueAfter = schedule.requeueAfter
        concurrency = configuration.worker.concurrency
        prefetch = configuration.worker.prefetch
        retryDelays = configuration.worker.retryDelays
    }

    /// All of them, ``defaultPool`` first.
    public var pools: [PoolSettings] { [defaultPool] + otherPools }

    /// Nil for a pool that is not configured.
    public func pool(_ name: String) -> PoolSettings? { pools.first { $0.name == name } }
}
