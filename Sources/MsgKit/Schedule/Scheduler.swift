import Foundation
import Logging
import ServiceLifecycle

/// Runs the phases of the pipeline by their timetables. Any number of processes may run it: each run is done by one.
///
/// Of the runs that were missed while no process was there, the last is made up within the grace of its job; what is
/// missed for good is said once, by one of the processes.
public struct Scheduler: Service {
    private let jobs: [ScheduledJob]
    private let runner: PhaseRunner
    private let clock: any WallClock
    private let pauses: SchedulePauses
    private let logger: Logger

    public init(
        jobs: [ScheduledJob], runs: any PhaseRunStore, leases: any LeaseStore, node: NodeID, clock: any WallClock,
        pauses: SchedulePauses = SchedulePauses(), metrics: PipelineMetrics = PipelineMetrics(), logger: Logger
    ) {
        self.jobs = jobs
        runner = PhaseRunner(
            runs: runs, holder: LeaseHolder(leases: leases, node: node, clock: clock), pauses: pauses, metrics: metrics,
            logger: logger)
        for job in jobs where job.isRecorded { metrics.prepare(for: job) }
        self.clock = clock
        self.pauses = pauses
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
        var backoff = Backoff(from: pauses.failed, to: pauses.longest)
        while !Task.isCancelled {
            guard let due = job.timetable.latest(atOrBefore: clock.now), due != done else {
                await pause(untilNextOf: job)
                continue
            }
            if let wait = await perform(job, due: due, &backoff) {
                await pause(untilNextOf: job, atMost: wait)
            } else {
                // While it worked the next may have come.
                done = due
                backoff.reset()
            }
        }
    }

    private func pause(untilNextOf job: ScheduledJob, atMost limit: Duration? = nil) async {
        let next = job.timetable.next(after: clock.now)
            .map { Duration.milliseconds(max(0, Int64($0.timeIntervalSince(clock.now) * 1000))) }
        try? await Task.sleep(for: min(next ?? pauses.longest, limit ?? pauses.longest, pauses.longest))
    }

    /// How long to wait before it is looked at again; nil when there is nothing more to do about it.
    private func perform(_ job: ScheduledJob, due: Date, _ backoff: inout Backoff) async -> Duration? {
        let request = RequestID.next()
        do {
            try await RequestID.$current.withValue(request) { try await runner.attempt(job, due: due) }
            return nil
        } catch let error as MsgError where error.code == .leaseHeld {
            logger.debug("another process does it", metadata: ["phase": "\(job.name)"])
            return pauses.held
        } catch is CancellationError {
            return pauses.held
        } catch {
            RequestID.$current.withValue(request) {
                logger.retrying(
                    "a phase failed; it runs again", after: error, level: .error, metadata: ["phase": "\(job.name)"])
            }
            return backoff.next()
        }
    }
}
