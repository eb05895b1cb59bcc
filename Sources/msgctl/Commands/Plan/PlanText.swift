import Foundation
import MsgKit

/// What `plan-pairings` tells a person: the figures, what is unusual about them, and of a dry run every pairing and
/// every user left out.
struct PlanText: CustomStringConvertible {
    private let result: PlanResult
    private let isDryRun: Bool

    init(_ result: PlanResult, isDryRun: Bool) {
        self.result = result
        self.isDryRun = isDryRun
    }

    var description: String {
        let details = isDryRun ? result.draft.map { pairs($0) + left($0) } ?? [] : []
        return ([headline] + remarks + details).joined(separator: "\n")
    }

    private var headline: String {
        let plan = result.plan
        let figures = plan.figures
        let counts =
            "\(figures.users) users, \(figures.pairings) pairings, \(figures.messages) messages, seed \(plan.seed)"
        return switch result.status {
        case .alreadyPlanned: "\(plan.date) is planned already: \(counts). Nothing changed."
        case .nothingToPlan:
            "\(plan.date) is not planned: there are \(figures.users) active users who take part, and two are needed."
        case .planned where isDryRun: "\(plan.date) would be planned: \(counts)."
        case .planned: "\(plan.date) is planned: \(counts)."
        }
    }

    private var remarks: [String] {
        guard let draft = result.draft else { return [] }
        let notes = draft.notes
        let messages = result.plan.figures.messages
        var lines: [String] = []
        if notes.late > 0 {
            lines.append(
                "Planned late: \(notes.late) of \(messages) messages are drawn from what is left of the window, from "
                    + "\(time(of: draft.plan.createdAt, in: draft.timeZone)).")
        }
        if notes.nextDay > 0 {
            lines.append(
                "\(notes.nextDay) of \(messages) messages are for people whose window of the day is over; "
                    + "they are sent on the next day.")
        }
        return lines
    }

    private func pairs(_ draft: PlanDraft) -> [String] {
        draft.pairings.map { pairing in
            let names = pairing.members.map(\.username)
            let line =
                pairing.turns == .star && names.count == 3
                ? "\(names[0]) → \(names[1]), \(names[0]) → \(names[2])" : names.joined(separator: " → ")
            let reason =
                switch pairing.reason {
                case .drawn: "drawn"
                case .exchanged: "exchanged, so that nobody meets again or is with whom they must not be"
                case .repeated: "they met lately, there was no other choice"
                }
            return "\(line): \(reason)"
        }
    }

    private func left(_ draft: PlanDraft) -> [String] {
        draft.leftOut.map { left in
            let cause =
                switch left.cause {
                case .deactivated: "deactivated"
                case .optedOut: "takes no part"
                case .paused: "pauses" + (left.user.pausedUntil.map { " until \($0)" } ?? "")
                case .weeklyLimit: "is in as many plans of these seven days as may be"
                case .plannedElsewhere: "was planned in another pool that day"
                case .rest: "the number of users is odd"
                case .excluded: "may be paired with nobody who is left"
                case .alone: "there is nobody else"
                }
            return "\(left.user.username): left out, \(cause)"
        }
    }

    /// `HH:MM`.
    private func time(of instant: Date, in zone: TimeZone) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.hour, .minute], from: instant)
        return [parts.hour, parts.minute].map { number in
            let digits = "\(number ?? 0)"
            return digits.count < 2 ? "0" + digits : digits
        }.joined(separator: ":")
    }
}
