import GRDB
import MsgKit

extension AutoMessage {
    /// The columns that ``init(row:)`` reads, in its order.
    static let columns =
        [
            "id", "content", "senderId", "receiverId", "conversationId", "sendDate", "isQueued", "isSent", "queuedAt",
            "sentAt", "failedAt", "retryCount", "errorMessage", "planDate", "createdAt", "updatedAt", "replayedAt",
        ].map { "automessages.\($0)" }.joined(separator: ", ")

    init(row: ResultRow) throws {
        self.init(
            id: try row.id(0), content: try row.value(1), sender: try row.id(2), receiver: try row.id(3),
            conversation: try row.id(4), sendDate: try row.date(5), isQueued: try row.value(6),
            isSent: try row.value(7), queuedAt: row.optionalDate(8), sentAt: row.optionalDate(9),
            failedAt: row.optionalDate(10), retryCount: try row.value(11), errorMessage: row[12] as String?,
            replayedAt: row.optionalDate(16), planDate: try row.planDate(13), createdAt: try row.date(14),
            updatedAt: try row.date(15))
    }
}
