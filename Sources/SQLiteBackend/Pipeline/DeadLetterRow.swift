import Foundation
import GRDB
import MsgKit

/// How a dead letter lies in its table: the body is that of a job, or, of what is no job, what lay in the queue.
enum DeadLetterRow {
    /// A longer body is no job's.
    private static let maximumBody = 256 * 1024

    /// The columns that ``letter(_:)`` reads. Of a body that is too long there is only the beginning.
    static let columns = """
        id, CASE WHEN length(CAST(body AS BLOB)) <= \(maximumBody) THEN body
            ELSE substr(body, 1, \(UnreadableJob.maximumShown)) END,
        length(CAST(body AS BLOB)), failedAt, reason, retryCount
        """

    static func letter(_ row: ResultRow) throws -> DeadLetter {
        let id: AutoMessage.ID = try row.id(0)
        let body: String = try row.value(1)
        let failedAt = try row.date(3)
        let reason: String = try row.value(4)
        let size: Int = try row.value(2)
        // A body of another id than its row was not written by a worker; taken for a job it would be another letter's.
        if size <= maximumBody, var job = JobRow.job(of: body), job.id == id {
            job.retryCount = try row.value(5)
            return DeadLetter(job: job, failedAt: failedAt, reason: reason)
        }
        let unreadable = UnreadableJob(id: id, body: Data(body.utf8.prefix(UnreadableJob.maximumShown)), size: size)
        return DeadLetter(.unreadable(unreadable), failedAt: failedAt, reason: reason)
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
            [letter.id, body, letter.job?.retryCount ?? 0, (letter.failedAt ?? instant).stored, letter.reason])
    }
}
