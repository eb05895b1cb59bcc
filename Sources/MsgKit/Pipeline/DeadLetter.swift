import Foundation

/// A job that was given up, or what lay in the queue and is no job.
public struct DeadLetter: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        case job(DeliveryJob)
        case unreadable(UnreadableJob)
    }

    /// Unicode scalars of a reason that are kept.
    private static let maximumReason = 2000

    public var content: Content
    /// Nil when whoever put it there did not say.
    public var failedAt: Date?
    public var reason: String

    public init(_ content: Content, failedAt: Date?, reason: String) {
        self.content = content
        self.failedAt = failedAt
        self.reason = reason
    }

    public init(job: DeliveryJob, failedAt: Date?, reason: String) {
        self.init(.job(job), failedAt: failedAt, reason: reason)
    }

    /// By which it is shown, replayed and forgotten: the automatic message's, or the one of what can't be read.
    public var id: AutoMessage.ID {
        switch content {
        case .job(let job): job.id
        case .unreadable(let body): body.id
        }
    }

    /// A reason as far as it is kept: some engines have little room for it.
    public static func shortened(_ reason: String) -> String {
        guard reason.utf8.count > maximumReason else { return reason }
        return String(String.UnicodeScalarView(reason.unicodeScalars.prefix(maximumReason)))
    }

    /// Nil for what is no job: that can be shown and forgotten, not replayed.
    public var job: DeliveryJob? {
        if case .job(let job) = content { job } else { nil }
    }
}
