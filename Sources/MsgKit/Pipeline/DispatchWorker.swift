import Foundation
import Logging
import ServiceLifecycle

/// The third phase: takes jobs from the queue and delivers them, a bounded number at a time.
public struct DispatchWorker: Service {
    private static let wait = Duration.seconds(5)
    private static let drainWait = Duration.milliseconds(200)

    /// What it gets done.
    public let progress: WorkerProgress
    private let queue: any JobQueue
    private let delivery: MessageDelivery
    private let settings: PipelineSettings
    private let logger: Logger

    public init(
        queue: any JobQueue, delivery: MessageDelivery, settings: PipelineSettings,
        progress: WorkerProgress = WorkerProgress(clock: SystemClock()), logger: Logger
    ) {
        self.queue = queue
        self.delivery = delivery
        self.settings = settings
        self.progress = progress
        self.logger = logger
    }

    /// Delivers until the service is stopped; what is in hand then is finished, what is not begun handed back.
    public func run() async throws {
        logger.info("the worker takes jobs", metadata: ["concurrency": "\(settings.concurrency)"])
        var pump = pump(wait: Self.wait, isDraining: false)
        try await pump.run()
    }

    /// Delivers until nothing is ready and no worker has anything in hand (workers of other processes as far as the queue
    /// can tell, see ``QueueDepth/inFlight``). What waits for a later retry stays queued. A stop ends it before, and the
    /// tally says so.
    /// - Throws: at the first failure of the queue, or delivery that could not be settled, once what was begun has ended.
    public func drain() async throws -> DispatchTally {
        var pump = pump(wait: Self.drainWait, isDraining: true)
        try await pump.run()
        try Task.checkCancellation()
        return pump.tally
    }

    private func pump(wait: Duration, isDraining: Bool) -> DispatchPump {
        DispatchPump(
            queue: queue, delivery: delivery, settings: settings, progress: progress, wait: wait,
            isDraining: isDraining, logger: logger)
    }
}
