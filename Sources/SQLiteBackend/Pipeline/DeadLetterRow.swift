import Foundation
import GRDB
import MsgKit

/// How a dead letter lies in its table: the body is that of a job, or, of what is no job, what lay in the queue.
enum DeadLetterRow {
    /// The years 1 to 9999, in milliseconds.
    private static let calendar: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// The columns that ``letter(of:)`` reads.
    static let columns = "\(JobRow.bodyColumns), failedAt, reason, retryCount"

    static func letter(of row: ResultRow) throws -> DeadLetter {
        let content: DeadLetter.Content
        switch try JobRow.job(of: row, at: 0) {
        case .success(var job):
            job.retryCount = try row.value(5)
            content = .job(job)
        case .failure:
            let body: String = try row.value(0)
            content = .unreadable(
                UnreadableJob(
                    id: try row.id(2), body: Data(body.utf8.prefix(UnreadableJob.maximumShown)),
                    size: try row.value(1)))
        }
        return DeadLetter(content, failedAt: try failedAt(of: row), reason: try row.value(4))
    }

    /// Nil for what no calendar has, as somebody may have written it there.
    private static func failedAt(of row: ResultRow) throws -> Date? {
        let milliseconds: Int64 = try row.value(3)
        return calendar.contains(milliseconds) ? Date(millisecondsSince1970: milliseconds) : nil
    }

    /// Adds a letter or replaces it.
    /// - Parameter instant: when it was given up, unless the letter says.
    static func put(_ letter: DeadLetter, at instant: Date, in db: Database) throws {
        let body =
            switch letter.content {
            case .job(let job): try JobRow.body(of: job)
            // The column takes UTF-8 alone.
            case .unreadable(let job): String(decoding: job.body, as: UTF8.self)
            }
        try db.run(
            "INSERT OR REPLACE INTO dead_letters (id, body, retryCount, failedAt, reason) VALUES (?, ?, ?, ?, ?)",
            [
                letter.id, body, letter.job?.retryCount ?? 0, (letter.failedAt ?? instant).stored,
                DeadLetter.shortened(letter.reason),
            ])
    }

    /// Makes a letter of a job's row, whatever its body; the row itself stays.
    static func put(
        _ id: AutoMessage.ID, fromJob seq: Int64, reason: String, at instant: Date, in db: Database
    ) throws {
        try db.run(
            """
            INSERT OR REPLACE INTO dead_letters (id, body, retryCount, failedAt, reason)
            SELECT ?, body, retryCount, ?, ? FROM queue_jobs WHERE seq = ?
            """, [id, instant.stored, reason, seq])
    }
}
