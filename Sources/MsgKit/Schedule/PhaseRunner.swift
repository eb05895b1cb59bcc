import Foundation
import Logging

/// Has each run of a job done once by all processes together, and keeps what became of it.
struct PhaseRunner: Sendable {
    /// How many missed runs are counted at most.
    private static let countedMisses = 1_000

    let runs: any PhaseRunStore
    let holder: LeaseHolder
    let pauses: SchedulePauses
    let metrics: PipelineMetrics
    let logger: Logger

    private var clock: any WallClock { holder.clock }

    /// Does a run, unless it is done. Returns when there is nothing more to do about it.
    /// - Throws: ``ErrorCode/leaseHeld`` while another process is at it, and whatever kept it from being done.
    func attempt(_ job: ScheduledJob, due: Date) async throws {
        guard job.isRecorded else {
            _ = try await job.run(due)
            return
        }
        // Most processes find it done by another; they need no lease to see that.
        if let last = try await runs.lastRun(job.name), !isOpen(due, after: last) { return }
        try await holder.keep(
            "schedule/\(job.name)", renewing: pauses.renewal, elseThrow: "Another process is at it."
        ) { try await attempt(job, due: due, under: $0) }
    }

    private func isOpen(_ due: Date, after last: PhaseRun) -> Bool {
        last.occurrence < due || last.occurrence == due && !last.isSettled || isAhead(last, at: clock.now)
    }

    /// Whether a run was begun by a clock that was ahead. What it replaced is not known.
    private func isAhead(_ last: PhaseRun, at instant: Date) -> Bool {
        last.occurrence > PhaseRun.latestCredible(at: instant)
    }

    private func attempt(_ job: ScheduledJob, due: Date, under lease: Lease) async throws {
        let last = try await runs.lastRun(job.name)
        var run = PhaseRun(
            phase: job.name, occurrence: due, outcome: .running, fencingToken: lease.fencingToken, startedAt: clock.now,
            node: holder.node)
        guard !job.isTooLate(due, at: run.startedAt) else {
            // Who never ran has missed nothing.
            guard let last else { return }
            let error = last.occurrence == due ? last.note : nil
            run.end(.skipped, at: clock.now, note: error ?? "It was missed for longer than the grace.")
            guard try await runs.begin(run) else { return }
            if isAhead(last, at: run.startedAt) {
                tellAhead(job, last, due)
                tell([due], of: job)
            } else {
                tellMissed(job, after: last, through: due)
            }
            return
        }
        guard try await runs.begin(run) else { return }
        if let last, isAhead(last, at: run.startedAt) { tellAhead(job, last, due) }
        if let last, last.occurrence < due { tellMissed(job, after: last, before: due) }
        if let last, last.occurrence == due, last.outcome == .running {
            logger.notice(
                "a run that another process began is taken over",
                metadata: metadata(job, due).merging(["from": "\(last.node.rawValue)"]) { $1 })
        }
        // Somebody who has only just begun expects no run of earlier today.
        try await perform(job, &run, lateness: last == nil ? .info : .warning)
    }

    /// Does the work and notes its end. Work that is broken off stays noted as running, for the next to take it over.
    private func perform(_ job: ScheduledJob, _ run: inout PhaseRun, lateness: Logger.Level) async throws {
        let began = ContinuousClock.now
        var failure: (any Error)?
        do {
            let note = try await waitingWhileHeld(job, due: run.occurrence)
            run.end(.done, at: clock.now, note: note)
            metrics.timeRun(of: job, ContinuousClock.now - began)
        } catch {
            guard !Task.isCancelled, !(error is CancellationError) else {
                logger.info("a run was broken off", metadata: metadata(job, run.occurrence))
                throw CancellationError()
            }
            let known = MsgError(wrapping: error)
            if known.code == .windowClosed {
                run.end(.skipped, at: clock.now, note: known.operatorMessage)
                logger.log(
                    level: lateness, "a run comes too late and is skipped",
                    metadata: metadata(job, run.occurrence).merging(["reason": "\(known.operatorMessage)"]) { $1 })
            } else {
                run.end(.failed, at: clock.now, note: known.operatorMessage)
                failure = error
            }
        }
        try await runs.finish(run)
        metrics.countRuns(of: job, run.outcome)
        if let failure { throw failure }
    }

    /// Who holds the phase's own lease, such as a command from crontab, is doing the same; what is left to do is seen
    /// when they have ended.
    private func waitingWhileHeld(_ job: ScheduledJob, due: Date) async throws -> String? {
        while true {
            do {
                return try await job.run(due)
            } catch let error as MsgError where error.code == .leaseHeld {
                guard !job.isTooLate(due, at: clock.now) else { throw error }
                logger.debug("another process does it", metadata: metadata(job, due))
            }
            try await Task.sleep(for: pauses.held)
        }
    }

    private func tellAhead(_ job: ScheduledJob, _ last: PhaseRun, _ due: Date) {
        logger.warning(
            "the last run is of a time to come, from a clock that was ahead; it is replaced",
            metadata: metadata(job, due).merging([
                "last": "\(last.occurrence.iso8601)", "from": "\(last.node.rawValue)",
            ]) { $1 })
    }

    /// Says which runs between the last one and another nobody has done, that one included or not.
    private func tellMissed(_ job: ScheduledJob, after last: PhaseRun, before due: Date) {
        tell(missed(job, after: last) { $0 < due }, of: job)
    }

    private func tellMissed(_ job: ScheduledJob, after last: PhaseRun, through due: Date) {
        tell(missed(job, after: last) { $0 <= due }, of: job)
    }

    private func missed(_ job: ScheduledJob, after last: PhaseRun, until isWithin: (Date) -> Bool) -> [Date] {
        // Without a grace the next run does what an earlier one would have done.
        guard job.grace != nil else { return [] }
        return (last.isSettled ? [] : [last.occurrence])
            + job.timetable.instants(Self.countedMisses, after: last.occurrence).prefix(while: isWithin)
    }

    private func tell(_ missed: [Date], of job: ScheduledJob) {
        guard let first = missed.first else { return }
        metrics.countRuns(of: job, .skipped, by: missed.count)
        logger.warning(
            "runs were missed and are skipped",
            metadata: metadata(job, first).merging(["count": "\(missed.count)"]) { $1 })
    }

    private func metadata(_ job: ScheduledJob, _ due: Date) -> Logger.Metadata {
        ["phase": "\(job.name)", "due": "\(due.iso8601)"]
    }
}

extension PhaseRun {
    fileprivate mutating func end(_ outcome: Outcome, at instant: Date, note: String?) {
        self.outcome = outcome
        finishedAt = instant
        self.note = note.map { String($0.prefix(Self.maximumNote)) }
    }
}
