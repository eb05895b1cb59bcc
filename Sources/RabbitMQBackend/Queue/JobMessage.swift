import Foundation
import MsgKit

/// A job as a message of the queue, in both directions.
///
/// Written as the contract has it; read more leniently, because other programs publish jobs too: the time of publishing
/// and the number of retries may be missing, dates may be numbers of milliseconds.
enum JobMessage {
    static let retryHeader = "x-retry-count"
    /// ``DeliveryJob/requestID``.
    static let requestHeader = "x-request-id"

    static func message(_ job: DeliveryJob, to queue: String) throws -> OutgoingMessage {
        var headers: [String: HeaderValue] = [retryHeader: .integer(Int64(job.retryCount))]
        if let request = job.requestID { headers[requestHeader] = .text(request.description) }
        return OutgoingMessage(
            queue: queue, messageID: job.id.description, body: try JSONEncoder.msgctl().encode(job), headers: headers)
    }

    /// - Throws: ``UnreadableBody``.
    static func job(of message: IncomingMessage) throws -> DeliveryJob {
        guard !message.isTruncated else {
            throw UnreadableBody(tooLong: Int(clamping: message.bodySize))
        }
        let body: Body
        do {
            body = try JSONDecoder().decode(Body.self, from: message.body)
        } catch {
            throw UnreadableBody(error)
        }
        return DeliveryJob(
            id: body.id, senderId: body.senderId, receiverId: body.receiverId, content: body.content ?? "",
            conversationId: body.conversationId, sendDate: body.sendDate.date,
            retryCount: retries(body.retryCount, message.properties), timestamp: (body.timestamp ?? body.sendDate).date,
            history: body.attempts ?? DeliveryHistory(), requestID: request(message.properties))
    }

    private static func request(_ properties: MessageProperties) -> RequestID? {
        if case .text(let text) = properties.headers[requestHeader] { RequestID(text) } else { nil }
    }

    /// What the body says, else what the header says, else none.
    private static func retries(_ count: Double?, _ properties: MessageProperties) -> Int {
        if let count { return Int(max(0, min(count, 1_000_000))) }
        return switch properties.headers[retryHeader] {
        case .integer(let number): Int(max(0, min(number, 1_000_000)))
        case .text(let text): max(0, min(Int(text) ?? 0, 1_000_000))
        default: 0
        }
    }

    private struct Body: Decodable {
        var id: AutoMessage.ID
        var senderId: User.ID
        var receiverId: User.ID
        var content: String?
        var conversationId: Conversation.ID
        var sendDate: LenientDate
        var retryCount: Double?
        var timestamp: LenientDate?
        var attempts: DeliveryHistory?
    }
}
