import Foundation
import GRDB
import Logging
import MsgKit

/// The queue in SQLite: one row a job, keyed by the automatic message, so that publishing twice is one row. One that waits for
/// another try is then ready at once: it should have come long ago, but for a clock that was ahead.
///
/// A worker's deliveries are locked rows. The lock ends with its time, or at once when the worker's process is seen to
/// have ended.
struct SQLiteJobQueue: JobQueue {
    /// How often somebody looks after the deliveries of workers that were killed: a look goes over all that is in hand or
    /// waits for another try, which may be as much as was ever queued.
    static let rescueInterval = Duration.seconds(1)

    let database: SQLiteDatabase
    let visibilityTimeout: Duration
    private let rescues = Interval(rescueInterval)

    func publish(_ jobs: [DeliveryJob]) async throws {
        let now = database.clock.now
        let bodies = try jobs.map { try JobRow.body(of: $0) }
        try await database.write(.jobs) { db in
            for (job, body) in zip(jobs, bodies) {
                try db.run(
                    """
                    INSERT INTO queue_jobs (id, body, retryCount, publishedAt, availableAt, request)
                    VALUES (?1, ?2, ?3, ?4, ?4, ?5)
                    ON CONFLICT (id) DO UPDATE SET availableAt = excluded.availableAt
                    WHERE availableAt > excluded.availableAt
                    """, [job.id, body, job.retryCount, now.stored, job.requestID?.description])
            }
        }
    }

    func receive(limit: Int, wait: Duration) async throws -> [Delivery] {
        let deadline = ContinuousClock.now + wait
        while true {
            let generation = database.signal.generation(of: .jobs)
            if rescues.take() { try await rescue() }
            let now = database.clock.now
            // Looked at first: the writer is not bothered while there is nothing to take.
            if let next = try await nextDue() {
                if next <= now.stored {
                    let taken = try await take(limit, at: now)
                    if !taken.isEmpty { return taken }
                }
                let pause = Duration.milliseconds(max(1, min(1000, next - now.stored)))
                await pauseUntil(min(deadline, .now + pause), after: generation)
            } else {
                await pauseUntil(min(deadline, .now + Self.rescueInterval), after: generation)
            }
            try Task.checkCancellation()
            guard .now < deadline else { return [] }
        }
    }

    func acknowledge(_ deliveries: [Delivery]) async throws {
        try await database.write(.jobs) { db in
            for delivery in deliveries {
                try db.run("DELETE FROM queue_jobs WHERE id = ? AND receipt = ?", [delivery.job.id, delivery.receipt])
            }
        }
    }

    func retry(_ delivery: Delivery, as job: DeliveryJob, after delay: Duration) async throws {
        let body = try JobRow.body(of: job)
        let available = database.clock.now.stored + max(0, delay.wholeMilliseconds)
        try await database.write(.jobs) { db in
            _ = try db.run(
                """
                UPDATE queue_jobs SET body = ?, retryCount = ?, availableAt = ?, \(JobRow.unlocking)
                WHERE id = ? AND receipt = ?
                """, [body, job.retryCount, available, delivery.job.id, delivery.receipt])
        }
    }

    func deadLetter(_ delivery: Delivery, reason: String, at instant: Date) async throws {
        let body = try JobRow.body(of: delivery.job)
        try await database.write(.jobs) { db in
            try db.run(
                """
                INSERT OR REPLACE INTO dead_letters (id, body, retryCount, failedAt, reason)
                SELECT id, ?, retryCount, ?, ? FROM queue_jobs WHERE id = ? AND receipt = ?
                """, [body, instant.stored, DeadLetter.shortened(reason), delivery.job.id, delivery.receipt])
            try db.run("DELETE FROM queue_jobs WHERE id = ? AND receipt = ?", [delivery.job.id, delivery.receipt])
        }
    }

    func release(_ deliveries: [Delivery]) async throws {
        try await database.write(.jobs) { db in
            for delivery in deliveries {
                try db.run(
                    "UPDATE queue_jobs SET \(JobRow.unlocking) WHERE id = ? AND receipt = ?",
                    [delivery.job.id, delivery.receipt])
            }
        }
    }

    func depth() async throws -> QueueDepth {
        let now = database.clock.now.stored
        return try await database.read { db in
            let due = JobRow.dueTime
            return QueueDepth(
                ready: Int(try db.number("SELECT count(*) FROM queue_jobs WHERE \(due) <= ?", [now])),
                inFlight: Int(
                    try db.number(
                        "SELECT count(*) FROM queue_jobs WHERE \(due) > ? AND lockedUntil IS NOT NULL", [now])),
                delayed: Int(
                    try db.number("SELECT count(*) FROM queue_jobs WHERE \(due) > ? AND lockedUntil IS NULL", [now])),
                deadLetters: Int(try db.number("SELECT count(*) FROM dead_letters")))
        }
    }

    /// When the next job is due; nil when there is none.
    private func nextDue() async throws -> Int64? {
        try await database.read { db in
            try db.first("SELECT \(JobRow.dueTime) FROM queue_jobs ORDER BY \(JobRow.dueTime), seq LIMIT 1") {
                try $0.value(0)
            }
        }
    }

    private func take(_ limit: Int, at now: Date) async throws -> [Delivery] {
        try await database.write { db in
            // From when the turn has come: waiting for it must not use up the worker's time.
            let until = database.clock.now.stored + max(1, visibilityTimeout.wholeMilliseconds)
            let rows = try db.all(
                """
                SELECT seq, lower(hex(randomblob(12))), \(JobRow.bodyColumns), request FROM queue_jobs
                WHERE \(JobRow.dueTime) <= ? ORDER BY \(JobRow.dueTime), seq LIMIT ?
                """, [now.stored, limit]
            ) { row in
                var job = try JobRow.job(of: row, at: 2)
                if case .success(var found) = job, let request = row[5] as String? {
                    found.requestID = RequestID(request)
                    job = .success(found)
                }
                // A body that was read is not kept beside its job.
                let body = if case .failure = job { try row.value(2) as String } else { "" }
                return (seq: try row.value(0) as Int64, receipt: try row.value(1) as String, body: body, job: job)
            }
            let process = ProcessIdentity.current
            return try rows.compactMap { row in
                let job: DeliveryJob
                switch row.job {
                case .success(let found): job = found
                case .failure(let error):
                    let id = UnreadableJob.id(of: row.body.utf8)
                    try setAside(row.seq, as: id, reason: error.reason, at: now, in: db)
                    return nil
                }
                try db.run(
                    """
                    UPDATE queue_jobs SET lockedUntil = ?, receipt = ?, holderHost = ?, holderPid = ?, holderStart = ?
                    WHERE seq = ?
                    """, [until, row.receipt, process.host, process.pid, process.start, row.seq])
                return Delivery(job: job, receipt: row.receipt)
            }
        }
    }

    /// Makes a dead letter of what nobody can read.
    private func setAside(
        _ seq: Int64, as id: AutoMessage.ID, reason: String, at now: Date, in db: Database
    ) throws {
        database.logger.error(
            "a job in the queue is not readable and is now a dead letter",
            metadata: ["letter": "\(id)", "reason": "\(reason)"])
        try DeadLetterRow.put(id, fromJob: seq, reason: reason, at: now, in: db)
        try db.run("DELETE FROM queue_jobs WHERE seq = ?", [seq])
    }

    /// Unlocks the deliveries of workers whose process has ended.
    private func rescue() async throws {
        let now = database.clock.now.stored
        let dead = try await database.read { db in
            try db.all(
                """
                SELECT DISTINCT holderHost, holderPid, holderStart FROM queue_jobs
                WHERE \(JobRow.dueTime) > ? AND lockedUntil IS NOT NULL
                """, [now]
            ) { try ProcessIdentity(row: $0, at: 0) }
        }.filter(\.hasEnded)
        guard !dead.isEmpty else { return }
        try await database.write(.jobs) { db in
            for process in dead {
                try db.run(
                    """
                    UPDATE queue_jobs SET \(JobRow.unlocking)
                    WHERE \(JobRow.dueTime) > ? AND holderHost = ? AND holderPid = ? AND holderStart = ?
                    """, [now, process.host, process.pid, process.start])
            }
        }
        database.logger.warning(
            "the jobs of workers that ended are given out again", metadata: ["workers": "\(dead.count)"])
    }

    private func pauseUntil(_ instant: ContinuousClock.Instant, after generation: UInt64) async {
        await database.signal.wait(for: .jobs, after: generation, until: instant)
    }
}
