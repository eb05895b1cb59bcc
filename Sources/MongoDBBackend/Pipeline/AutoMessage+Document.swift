import Foundation
import MsgKit

extension AutoMessage {
    init(_ document: BSONDocument) throws {
        let reader = DocumentReader(document, in: .autoMessages)
        let id: AutoMessage.ID = try reader.required("_id", try reader.id("_id"))
        let createdAt = try reader.date("createdAt") ?? id.instant
        let sendDate = try reader.date("sendDate") ?? createdAt
        self.init(
            id: id, content: try reader.string("content") ?? "",
            sender: try reader.required("senderId", try reader.id("senderId")),
            receiver: try reader.required("receiverId", try reader.id("receiverId")),
            conversation: try reader.required("conversationId", try reader.id("conversationId")), sendDate: sendDate,
            isQueued: try reader.bool("isQueued") ?? false, isSent: try reader.bool("isSent") ?? false,
            queuedAt: try reader.date("queuedAt"), sentAt: try reader.date("sentAt"),
            failedAt: try reader.date("failedAt"),
            retryCount: Int(clamping: try reader.integer("retryCount") ?? 0),
            errorMessage: try reader.string("errorMessage"), replayedAt: try reader.date("replayedAt"),
            planDate: try reader.planDate("planDate") ?? PlanDate(sendDate, in: .gmt), createdAt: createdAt,
            updatedAt: try reader.date("updatedAt") ?? createdAt)
    }

    /// The names of the fields are the original's, but for `plan`.
    func document(in plan: Plan.ID) -> BSONDocument {
        [
            "_id": .id(id), "plan": .id(plan), "content": .string(content), "senderId": .id(sender),
            "receiverId": .id(receiver), "conversationId": .id(conversation), "sendDate": .date(sendDate),
            "isQueued": .bool(isQueued), "isSent": .bool(isSent), "queuedAt": .optional(queuedAt) { .date($0) },
            "sentAt": .optional(sentAt) { .date($0) }, "failedAt": .optional(failedAt) { .date($0) },
            "retryCount": .int32(Int32(clamping: retryCount)),
            "errorMessage": .optional(errorMessage) { .string($0) },
            "replayedAt": .optional(replayedAt) { .date($0) }, "planDate": .string(planDate.description),
            "createdAt": .date(createdAt), "updatedAt": .date(updatedAt),
        ]
    }
}

extension DocumentReader {
    func planDate(_ key: String) throws -> PlanDate? {
        try string(key).map { text in
            guard let date = PlanDate(text) else { throw damaged(key) }
            return date
        }
    }
}
