import Foundation
import Logging
import ServiceLifecycle

/// The third phase: takes jobs from the queue and delivers them, a bounded number at a time.
public struct DispatchWorker: Service {
    /// How long one wait for a job lasts; a stop that comes meanwhile ends it.
    private static let wait = Duration.seconds(5)
    private static let drainWait = Duration.milliseconds(200)

    private let queue: any JobQueue
    private let delivery: MessageDelivery
    private let settings: PipelineSettings
    private let logger: Logger

    public init(queue: any JobQueue, delivery: MessageDelivery, settings: PipelineSettings, logger: Logger) {
        self.queue = queue
        self.delivery = delivery
        self.settings = settings
        self.logger = logger
    }

    /// Delivers until the service is stopped; what is in hand then is finished or handed back.
    public func run() async throws {
        var backoff = Backoff()
        logger.info("the worker takes jobs", metadata: ["concurrency": "\(settings.concurrency)"])
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            do {
                _ = try await step(wait: Self.wait)
                backoff.reset()
            } catch is CancellationError {
                return
            } catch {
                let pause = backoff.next()
                logger.error(
                    "the queue could not be read",
                    metadata: ["error": "\(String(reflecting: error))", "retry": "\(pause)"])
                await cancelWhenGracefulShutdown { try? await Task.sleep(for: pause) }
            }
        }
    }

    /// Delivers until nothing is ready and no worker has anything in hand (workers of other processes as far as the queue
    /// can tell, see ``QueueDepth/inFlight``). What waits for a later retry stays queued.
    public func drain() async throws -> DispatchTally {
        var tally = DispatchTally()
        while !Task.isShuttingDownGracefully {
            try Task.checkCancellation()
            let (outcomes, unsettled) = try await step(wait: Self.drainWait)
            guard unsettled == 0 else {
                throw MsgError(
                    .unavailable,
                    "\(unsettled) of the jobs could not be delivered or put aside, since an engine is away; they come "
                        + "again. Delivered before: \(tally.delivered + outcomes.count { $0 == .delivered }).")
            }
            for outcome in outcomes { tally.add(outcome) }
            guard outcomes.isEmpty else { continue }
            let depth = try await queue.depth()
            if depth.ready == 0 && depth.inFlight == 0 { break }
        }
        return tally
    }

    /// Takes up to `prefetch` jobs and delivers them, `concurrency` at a time.
    /// - Returns: what came of them, and how many could not be settled.
    private func step(wait: Duration) async throws -> (outcomes: [DeliveryOutcome], unsettled: Int) {
        let queue = queue
        let limit = settings.prefetch
        let deliveries = try await cancelWhenGracefulShutdown {
            do {
                return try await queue.receive(limit: limit, wait: wait)
            } catch is CancellationError {
                return []
            }
        }
        return await withTaskGroup(of: DeliveryOutcome?.self) { group in
            var outcomes: [DeliveryOutcome] = []
            var unsettled = 0
            func take(_ outcome: DeliveryOutcome?) {
                if let outcome { outcomes.append(outcome) } else { unsettled += 1 }
            }
            var running = 0
            var handBack: [Delivery] = []
            for next in deliveries {
                if Task.isShuttingDownGracefully || Task.isCancelled {
                    handBack.append(next)
                    continue
                }
                if running == settings.concurrency, let outcome = await group.next() {
                    running -= 1
                    take(outcome)
                }
                group.addTask { await self.handle(next) }
                running += 1
            }
            for await outcome in group { take(outcome) }
            if !handBack.isEmpty {
                do {
                    try await queue.release(handBack)
                } catch {
                    logger.warning(
                        "jobs could not be handed back; they come again after the visibility timeout",
                        metadata: ["count": "\(handBack.count)", "error": "\(String(reflecting: error))"])
                }
            }
            return (outcomes, unsettled)
        }
    }

    private func handle(_ delivery: Delivery) async -> DeliveryOutcome? {
        do {
            return try await self.delivery.handle(delivery)
        } catch {
            logger.error(
                "a delivery could not be settled; it comes again after the visibility timeout",
                metadata: ["message": "\(delivery.job.id)", "error": "\(String(reflecting: error))"])
            return nil
        }
    }
}
