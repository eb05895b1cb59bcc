import Foundation
import Metrics

/// Asks how much is in the queue, and for how long, and shows it; as a probe, so that an engine that hangs is left behind
/// after the deadline of probes.
struct QueueFigures: HealthProbe {
    let name = "queue_figures"
    let isRequired = false
    private let queue: any JobQueue
    private let messages: any AutoMessageStore
    private let clock: any WallClock
    private let ready: Meter
    private let inFlight: Meter
    private let delayed: Meter
    private let dead: Meter
    private let oldest: Meter

    init(
        queue: any JobQueue, messages: any AutoMessageStore, clock: any WallClock, factory: (any MetricsFactory)?
    ) {
        self.queue = queue
        self.messages = messages
        self.clock = clock
        ready = Metric.queueJobs.gauge([("state", "ready")], factory)
        inFlight = Metric.queueJobs.gauge([("state", "in_flight")], factory)
        delayed = Metric.queueJobs.gauge([("state", "delayed")], factory)
        dead = Metric.queueJobs.gauge([("state", "dead")], factory)
        oldest = Metric.queueOldest.gauge([], factory)
    }

    func probe() async throws {
        let depth = try await queue.depth()
        let since = try await messages.oldestQueued()
        ready.set(depth.ready)
        inFlight.set(depth.inFlight)
        delayed.set(depth.delayed)
        dead.set(depth.deadLetters)
        oldest.set(since.map { max(0, clock.now.timeIntervalSince($0)) } ?? 0)
    }

    /// Nobody knows at present.
    func forget() {
        for gauge in [ready, inFlight, delayed, dead, oldest] { gauge.set(Double.nan) }
    }
}
