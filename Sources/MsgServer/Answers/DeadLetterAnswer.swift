import Foundation
import MsgKit

/// A message that was given up, or what lay in the queue and is no job.
struct DeadLetterAnswer: Encodable, Sendable {
    /// What is known of a body that is no job.
    struct Unreadable: Encodable, Sendable {
        var bytes: Int
        /// The first bytes, printable; what is not ASCII is escaped.
        var beginning: String
        /// What the queue's message said beside its body.
        var properties: [String: String]
    }

    var id: AutoMessage.ID
    @Nullable var failedAt: Date?
    var reason: String
    /// The queue's message; `null` when it is no job.
    @Nullable var job: DeliveryJob?
    @Nullable var unreadable: Unreadable?

    init(_ letter: DeadLetter) {
        id = letter.id
        _failedAt = Nullable(wrappedValue: letter.failedAt)
        reason = letter.reason
        switch letter.content {
        case .job(let job):
            _job = Nullable(wrappedValue: job)
            _unreadable = Nullable(wrappedValue: nil)
        case .unreadable(let body):
            _job = Nullable(wrappedValue: nil)
            _unreadable = Nullable(
                wrappedValue: Unreadable(bytes: body.size, beginning: body.beginning, properties: body.properties))
        }
    }
}
