import Foundation
import MsgKit

/// A dead letter as a message of its queue, in both directions.
///
/// One of a job that could be read holds the job with `failedAt` and `reason` beside its fields. One of a body that could
/// not be read holds that body as it came, or its beginning; the two stand in headers, which the other has as well.
enum DeadLetterMessage {
    private static let failedAtHeader = "x-failed-at"
    private static let reasonHeader = "x-reason"
    /// A longer reason is cut; headers must fit into one frame.
    private static let maximumReason = 2000
    /// How much of an unreadable body is shown in place of the text.
    private static let maximumShown = 1000

    /// What a dead letter's message tells.
    struct Content {
        var letter: DeadLetter
        /// False when it is about a body that is no job: it can be shown and forgotten, not replayed.
        var isReplayable: Bool
    }

    static func message(_ letter: DeadLetter, to queue: String) throws -> OutgoingMessage {
        let reason = cut(letter.reason)
        var message = try JobMessage.message(letter.job, to: queue)
        message.body = try JSONEncoder.msgctl().encode(Body(job: letter.job, failedAt: letter.failedAt, reason: reason))
        message.headers.merge(headers(letter.failedAt, reason)) { _, new in new }
        return message
    }

    /// For a message of the sending queue that is no job.
    static func message(unreadable message: IncomingMessage, reason: String, at instant: Date, to queue: String)
        -> OutgoingMessage
    {
        OutgoingMessage(
            queue: queue, messageID: identifier(of: message).description, body: message.body,
            contentType: "application/octet-stream", headers: headers(instant, cut(reason)))
    }

    static func content(of message: IncomingMessage) -> Content {
        let added = try? JSONDecoder().decode(Added.self, from: message.body)
        let headers = message.properties.headers
        let failedAt = added?.failedAt?.date ?? date(headers[failedAtHeader]) ?? Date(millisecondsSince1970: 0)
        do {
            let job = try JobMessage.job(of: message)
            return Content(
                letter: DeadLetter(job: job, failedAt: failedAt, reason: added?.reason ?? text(headers[reasonHeader])),
                isReplayable: true)
        } catch {
            let why = (error as? UnreadableBody)?.reason ?? "The body is no job."
            let reason = headers[reasonHeader] == nil ? "Not readable: \(why)" : text(headers[reasonHeader])
            return Content(
                letter: DeadLetter(job: placeholder(for: message), failedAt: failedAt, reason: reason),
                isReplayable: false)
        }
    }

    /// Stands for a job that can't be read: the body as its text, and an id by which it can be shown and forgotten.
    private static func placeholder(for message: IncomingMessage) -> DeliveryJob {
        let nobody = Identifier<User>(high: 0, low: 0)
        let shown = String(String(decoding: message.body, as: UTF8.self).prefix(maximumShown))
        return DeliveryJob(
            id: identifier(of: message), senderId: nobody, receiverId: nobody, content: shown,
            conversationId: Identifier(high: 0, low: 0), sendDate: Date(millisecondsSince1970: 0), retryCount: 0,
            timestamp: Date(millisecondsSince1970: 0))
    }

    /// The id that the body has or, as what can't be read often has none, one that follows from its bytes.
    private static func identifier(of message: IncomingMessage) -> AutoMessage.ID {
        if let named = try? JSONDecoder().decode(Named.self, from: message.body) { return named.id }
        // FNV-1a, 64 and 32 bits: a name for a few odd bodies, not a proof.
        var high: UInt64 = 0xcbf2_9ce4_8422_2325
        var low: UInt32 = 0x811c_9dc5
        for byte in message.body {
            high = (high ^ UInt64(byte)) &* 0x100_0000_01b3
            low = (low ^ UInt32(byte)) &* 0x0100_0193
        }
        return Identifier(high: high, low: low)
    }

    private static func headers(_ failedAt: Date, _ reason: String) -> [String: HeaderValue] {
        [failedAtHeader: .text(failedAt.iso8601), reasonHeader: .text(reason)]
    }

    private static func cut(_ reason: String) -> String { String(reason.prefix(maximumReason)) }

    private static func text(_ value: HeaderValue?) -> String {
        if case .text(let text) = value { text } else { "" }
    }

    private static func date(_ value: HeaderValue?) -> Date? { Date(iso8601: text(value)) }

    private struct Body: Encodable {
        var job: DeliveryJob
        var failedAt: Date
        var reason: String

        private enum CodingKeys: CodingKey {
            case failedAt, reason
        }

        func encode(to encoder: any Encoder) throws {
            try job.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(failedAt, forKey: .failedAt)
            try container.encode(reason, forKey: .reason)
        }
    }

    private struct Added: Decodable {
        var failedAt: LenientDate?
        var reason: String?
    }

    private struct Named: Decodable {
        var id: AutoMessage.ID
    }
}
