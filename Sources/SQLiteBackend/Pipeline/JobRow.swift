import Foundation
import MsgKit

/// How a job lies in the queue's tables.
enum JobRow {
    /// When a job may be given out next; the expression of the index `queue_jobs_due`.
    static let dueTime = "coalesce(lockedUntil, availableAt)"
    /// Takes a job out of its worker's hands.
    static let unlocking = "lockedUntil = NULL, receipt = NULL, holderHost = NULL, holderPid = NULL, holderStart = NULL"

    static func body(of job: DeliveryJob) throws -> String {
        let encoder = JSONEncoder.msgctl()
        // Formatting drops what is below a millisecond, and 0.001 is a little less than a millisecond as a Double.
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.addingTimeInterval(0.0005).iso8601)
        }
        return String(decoding: try encoder.encode(job), as: UTF8.self)
    }

    /// Nil for what is no job's body.
    static func job(of body: String) -> DeliveryJob? {
        guard var job = try? JSONDecoder.msgctl().decode(DeliveryJob.self, from: Data(body.utf8)) else { return nil }
        job.sendDate = Date(millisecondsSince1970: job.sendDate.millisecondsSince1970)
        job.timestamp = Date(millisecondsSince1970: job.timestamp.millisecondsSince1970)
        return job
    }
}
