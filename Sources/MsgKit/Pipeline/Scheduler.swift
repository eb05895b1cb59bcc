import Foundation
import Logging
import ServiceLifecycle

/// Runs planning once a day and queueing again and again. Any number of processes may run it: leases let one work.
public struct Scheduler: Service {
    /// No sleep is longer, so that a clock that was set is noticed.
    private static let longestSleep = Duration.seconds(60)

    private let planning: PlanPairings
    private let enqueueing: EnqueueDue
    private let settings: PipelineSettings
    private let clock: any WallClock
    private let logger: Logger

    public init(
        planning: PlanPairings, enqueueing: EnqueueDue, settings: PipelineSettings, clock: any WallClock, logger: Logger
    ) {
        self.planning = planning
        self.enqueueing = enqueueing
        self.settings = settings
        self.clock = clock
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.planDaily() }
                group.addTask { await self.enqueueRepeatedly() }
            }
        }
    }

    /// A day whose time of planning has passed unplanned is made up once, while its send window is open.
    private func planDaily() async {
        var done: PlanDate?
        while !Task.isCancelled {
            let date = planning.today
            if date != done, isPlanningTime(on: date) {
                if await perform("planning", { _ = try await planning.run(date: date) }) { done = date }
            }
            await pause(until: nextPlanning(after: clock.now))
        }
    }

    private func enqueueRepeatedly() async {
        while !Task.isCancelled {
            _ = await perform("queueing") { _ = try await enqueueing.run() }
            try? await Task.sleep(for: settings.enqueueInterval)
        }
    }

    private func isPlanningTime(on date: PlanDate) -> Bool {
        let now = clock.now
        guard let start = date.instant(secondOfDay: settings.planAt, in: settings.window.timeZone) else { return false }
        return now >= start && settings.window.remainder(of: date, at: now) != nil
    }

    private func nextPlanning(after instant: Date) -> Date {
        let zone = settings.window.timeZone
        // Two days at most: a day that lacks the time still has a next one.
        for days in 0...2 {
            let day = PlanDate(instant.addingTimeInterval(Double(days) * 86_400), in: zone)
            if let next = day.instant(secondOfDay: settings.planAt, in: zone), next > instant { return next }
        }
        return instant.addingTimeInterval(86_400)
    }

    private func pause(until instant: Date) async {
        let wait = Duration.milliseconds(max(0, Int64(instant.timeIntervalSince(clock.now) * 1000)))
        try? await Task.sleep(for: min(wait, Self.longestSleep))
    }

    /// True when there is nothing more to do about it now.
    private func perform(_ phase: String, _ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch let error as MsgError where error.code == .leaseHeld {
            logger.debug("another process does it", metadata: ["phase": "\(phase)"])
        } catch is CancellationError {
        } catch {
            logger.retrying(
                "a phase failed; it runs again", after: error, level: .error, metadata: ["phase": "\(phase)"])
        }
        return false
    }
}
