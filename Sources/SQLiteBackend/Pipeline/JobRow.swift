import Foundation
import MsgKit

/// How a job lies in the queue's tables.
enum JobRow {
    /// When a job may be given out next; the expression of the index `queue_jobs_due`.
    static let dueTime = "coalesce(lockedUntil, availableAt)"
    /// Takes a job out of its worker's hands.
    static let unlocking = "lockedUntil = NULL, receipt = NULL, holderHost = NULL, holderPid = NULL, holderStart = NULL"

    static func body(of job: DeliveryJob) throws -> String {
        String(decoding: try JSONEncoder.msgctl().encode(job), as: UTF8.self)
    }

    /// Nil for what is no job's body.
    static func job(of body: String) -> DeliveryJob? {
        try? JSONDecoder.msgctl().decode(DeliveryJob.self, from: Data(body.utf8))
    }
}
