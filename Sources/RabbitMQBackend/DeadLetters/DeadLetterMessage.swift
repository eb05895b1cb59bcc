import Foundation
import MsgKit

/// A dead letter as a message of its queue, in both directions.
///
/// One of a job that could be read holds the job with `failedAt` and `reason` beside its fields. One of a body that could
/// not be read holds that body as it came, or its beginning; the two stand in headers, which the other has as well.
enum DeadLetterMessage {
    private static let failedAtHeader = "x-failed-at"
    private static let reasonHeader = "x-reason"

    /// - Parameter instant: when it was given up, unless the letter says.
    static func message(_ letter: DeadLetter, at instant: Date, to queue: String) throws -> OutgoingMessage {
        let instant = letter.failedAt ?? instant
        return switch letter.content {
        case .job(let job): try message(job, failedAt: instant, reason: letter.reason, to: queue)
        case .unreadable(let job):
            OutgoingMessage(
                queue: queue, messageID: UnreadableJob.id(of: job.body).description, body: job.body,
                contentType: "application/octet-stream", headers: headers(instant, DeadLetter.shortened(letter.reason)))
        }
    }

    static func message(_ job: DeliveryJob, failedAt: Date, reason: String, to queue: String) throws -> OutgoingMessage
    {
        // Headers must fit into one frame.
        let reason = DeadLetter.shortened(reason)
        var job = job
        // Its replay is another request.
        job.requestID = nil
        var message = try JobMessage.message(job, to: queue)
        message.body = try JSONEncoder.msgctl().encode(Body(job: job, failedAt: failedAt, reason: reason))
        message.headers.merge(headers(failedAt, reason)) { _, new in new }
        return message
    }

    /// For a message of the sending queue that is no job.
    static func message(unreadable message: IncomingMessage, reason: String, at instant: Date, to queue: String)
        -> OutgoingMessage
    {
        OutgoingMessage(
            queue: queue, messageID: UnreadableJob.id(of: message.body).description, body: message.body,
            contentType: message.properties.contentType ?? "application/octet-stream",
            headers: headers(instant, DeadLetter.shortened(reason)))
    }

    static func letter(of message: IncomingMessage) -> DeadLetter {
        let added = try? JSONDecoder().decode(Added.self, from: message.body)
        let headers = message.properties.headers
        let failedAt = added?.failedAt?.date ?? date(headers[failedAtHeader])
        do {
            let job = try JobMessage.job(of: message)
            return DeadLetter(job: job, failedAt: failedAt, reason: added?.reason ?? text(headers[reasonHeader]))
        } catch {
            let why = (error as? UnreadableBody)?.reason ?? "The body is no job."
            let reason = headers[reasonHeader] == nil ? "Not readable: \(why)" : text(headers[reasonHeader])
            let body = UnreadableJob(
                id: UnreadableJob.id(of: message.body), body: Data(message.body.prefix(UnreadableJob.maximumShown)),
                size: Int(clamping: message.bodySize),
                properties: message.properties.told(without: [failedAtHeader, reasonHeader]))
            return DeadLetter(.unreadable(body), failedAt: failedAt, reason: reason)
        }
    }

    private static func headers(_ failedAt: Date, _ reason: String) -> [String: HeaderValue] {
        [failedAtHeader: .text(failedAt.iso8601), reasonHeader: .text(reason)]
    }

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
}
