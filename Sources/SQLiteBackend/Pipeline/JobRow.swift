import Foundation
import MsgKit

/// How a job lies in the queue's tables.
enum JobRow {
    /// A longer body is no job's.
    static let maximumBody = 256 * 1024
    /// When a job may be given out next; the expression of the index `queue_jobs_due`.
    static let dueTime = "coalesce(lockedUntil, availableAt)"
    /// Takes a job out of its worker's hands.
    static let unlocking = "lockedUntil = NULL, receipt = NULL, holderHost = NULL, holderPid = NULL, holderStart = NULL"
    /// The columns that ``job(of:at:)`` reads: the body, or the beginning of one that is too long, its length in bytes and
    /// the id. Of an empty body SQLite's substr makes NULL.
    static let bodyColumns = """
        coalesce(CAST(substr(CAST(body AS BLOB), 1, \(maximumBody)) AS TEXT), ''), length(CAST(body AS BLOB)), id
        """

    static func body(of job: DeliveryJob) throws -> String {
        String(decoding: try JSONEncoder.msgctl().encode(job), as: UTF8.self)
    }

    /// The job of a row with ``bodyColumns`` from a column on, or why there is none.
    static func job(of row: ResultRow, at column: Int) throws -> Result<DeliveryJob, UnreadableBody> {
        let body: String = try row.value(column)
        let size: Int = try row.value(column + 1)
        let id: String = try row.value(column + 2)
        guard size <= maximumBody else { return .failure(UnreadableBody(tooLong: size)) }
        do {
            let job = try JSONDecoder.msgctl().decode(DeliveryJob.self, from: Data(body.utf8))
            // Settled by its row, it would be given out for ever.
            guard job.id.description == id else { return .failure(UnreadableBody("The id is not that of its row.")) }
            return .success(job)
        } catch {
            return .failure(UnreadableBody(error))
        }
    }
}
