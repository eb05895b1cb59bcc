import Foundation
import MsgKit

/// A dead letter as it is printed: the queue's message with when and why it was given up, or what is known of a body that
/// is no job.
struct DeadLetterReport: Encodable {
    private enum CodingKeys: CodingKey {
        case id, failedAt, reason, unreadable
    }

    private struct Unreadable: Encodable {
        var bytes: Int
        var beginning: String
        var properties: [String: String]
    }

    let letter: DeadLetter

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch letter.content {
        case .job(let job):
            try job.encode(to: encoder)
        case .unreadable(let body):
            try container.encode(body.id, forKey: .id)
            try container.encode(
                Unreadable(bytes: body.size, beginning: body.beginning, properties: body.properties),
                forKey: .unreadable)
        }
        try container.encodeIfPresent(letter.failedAt, forKey: .failedAt)
        try container.encode(letter.reason, forKey: .reason)
    }

    /// In a list.
    var line: String {
        let line = "\(letter.id)  \(failedAt)  \(letter.reason.printable)"
        guard case .unreadable(let body) = letter.content else { return line }
        return line + "  no job: \(body.beginning)"
    }

    /// By itself.
    var text: String {
        let rows =
            switch letter.content {
            case .job(let job): rows(of: job)
            case .unreadable(let body): rows(of: body)
            }
        let width = (rows.map(\.name.count).max() ?? 0) + 2
        return rows.map { "\($0.name)\(String(repeating: " ", count: width - $0.name.count))\($0.value)" }
            .joined(separator: "\n")
    }

    private typealias Row = (name: String, value: String)

    private var failedAt: String { letter.failedAt?.iso8601 ?? "at an unknown time" }

    private var outcome: [Row] { [("given up", failedAt), ("reason", letter.reason.printable)] }

    private func rows(of job: DeliveryJob) -> [Row] {
        [
            ("message", "\(job.id)"), ("from", "\(job.senderId)"), ("to", "\(job.receiverId)"),
            ("conversation", "\(job.conversationId)"), ("due", job.sendDate.iso8601), ("retries", "\(job.retryCount)"),
        ] + job.attempts.map { ("tried", "\($0.at.iso8601) on \($0.node.rawValue.printable): \($0.error.printable)") }
            + outcome + [("content", job.content.printable(upTo: MessageContent.maximumLength))]
    }

    private func rows(of body: UnreadableJob) -> [Row] {
        [("no job", "\(body.id) (made from its bytes)")] + outcome
            + body.properties.sorted { $0.key < $1.key }.map { ($0.key.printable, $0.value.printable) }
            + [("bytes", "\(body.size)"), ("body", body.beginning)]
    }
}
