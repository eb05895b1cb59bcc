import Foundation
import Logging
import ServiceLifecycle

/// Runs the phases of the pipeline by their timetables. Any number of processes may run it: leases let one work.
///
/// Of the runs that were missed, while the process was down or busy, the last is made up.
public struct Scheduler: Service {
    private let jobs: [ScheduledJob]
    private let clock: any WallClock
    private let longestSleep: Duration
    private let logger: Logger

    /// - Parameter longestSleep: after which it looks again, so that a clock that was set is noticed and what failed is
    ///   tried again.
    public init(
        jobs: [ScheduledJob], clock: any WallClock, longestSleep: Duration = .seconds(60), logger: Logger
    ) {
        self.jobs = jobs
        self.clock = clock
        self.longestSleep = longestSleep
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for job in jobs { group.addTask { await self.repeatedly(job) } }
            }
        }
    }

    private func repeatedly(_ job: ScheduledJob) async {
        // Of the run that is done; a clock that was set back makes an earlier one the latest again.
        var done: Date?
        while !Task.isCancelled {
            if let due = job.timetable.latest(atOrBefore: clock.now), due != done, await perform(job, due: due) {
                done = due
                // While it worked the next may have come.
                continue
            }
            await pause(until: job.timetable.next(after: clock.now))
        }
    }

    private func pause(until instant: Date?) async {
        let wait = instant.map { Duration.milliseconds(max(0, Int64($0.timeIntervalSince(clock.now) * 1000))) }
        try? await Task.sleep(for: min(wait ?? longestSleep, longestSleep))
    }

    /// True when there is nothing more to do about it.
    private func perform(_ job: ScheduledJob, due: Date) async -> Bool {
        do {
            try await job.run(due)
            return true
        } catch let error as MsgError where error.code == .leaseHeld {
            logger.debug("another process does it", metadata: ["phase": "\(job.phase)"])
        } catch is CancellationError {
        } catch {
            logger.retrying(
                "a phase failed; it runs again", after: error, level: .error, metadata: ["phase": "\(job.phase)"])
        }
        return false
    }
}
