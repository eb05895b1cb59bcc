import Foundation

/// What happens to an automatic message that comes long after it was due.
public struct LatePolicy: Sendable, Equatable {
    public var action: Configuration.Schedule.Late
    /// What is late by no more than this is sent in any case.
    public var after: Duration

    public init(action: Configuration.Schedule.Late, after: Duration) {
        self.action = action
        self.after = after
    }

    /// Why a message is not to be sent at an instant; nil when it is.
    public func refusal(of message: AutoMessage, at instant: Date) -> String? {
        guard action == .skip, instant.timeIntervalSince(message.lateSince) > after.seconds else { return nil }
        let replayed = message.replayedAt.map { ", was replayed at \($0.iso8601)" } ?? ""
        return "It was due at \(message.sendDate.iso8601)\(replayed) and is late by more than \(Quantity.write(after)) "
            + "(schedule.late_after); replay it to send it all the same."
    }
}
