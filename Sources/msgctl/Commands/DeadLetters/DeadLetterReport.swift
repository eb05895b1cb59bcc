import Foundation
import MsgKit

/// A dead letter as it is printed: the queue's message with when and why it was given up.
struct DeadLetterReport: Encodable {
    private enum CodingKeys: CodingKey {
        case failedAt, reason
    }

    let letter: DeadLetter

    func encode(to encoder: any Encoder) throws {
        try letter.job.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(letter.failedAt, forKey: .failedAt)
        try container.encode(letter.reason, forKey: .reason)
    }

    var line: String { "\(letter.job.id)  \(letter.failedAt.iso8601)  \(letter.reason)" }
}
