import Foundation
import MsgKit

/// What `plan-pairings` tells a person.
enum PlanText {
    static func headline(_ result: PlanResult, isDryRun: Bool) -> String {
        let name = name(of: result.plan)
        return switch result.status {
        case .alreadyPlanned: "\(name) is planned already: \(counts(of: result.plan)). Nothing changed."
        case .nothingToPlan where result.plan.figures.users < 2:
            "\(name) is not planned: there are \(result.plan.figures.users) active users who take part, and two are needed."
        case .nothingToPlan:
            "\(name) is not planned: of \(result.plan.figures.users) active users who take part no two can be paired."
        case .planned where isDryRun: "\(name) would be planned: \(counts(of: result.plan))."
        case .planned: "\(name) is planned: \(counts(of: result.plan))."
        }
    }

    /// A plan in a list.
    static func line(_ plan: Plan) -> String {
        let state = plan.completedAt.map { "planned \($0.iso8601)" } ?? "unfinished"
        return "\(plan.date) \(plan.pool): \(counts(of: plan)), \(plan.figures.leftOut) left out, \(state)"
    }

    static func progress(_ progress: PlanProgress) -> String {
        "Messages: \(progress.planned) planned, \(progress.queued) queued, \(progress.sent) sent, "
            + "\(progress.failed) given up."
    }

    /// What is unusual about a plan.
    static func remarks(_ plan: Plan, in zone: TimeZone) -> [String] {
        let (notes, messages) = (plan.notes, plan.figures.messages)
        var lines: [String] = []
        if notes.late > 0 {
            lines.append(
                "Planned late: \(notes.late) of \(messages) messages are drawn from what is left of the window, from "
                    + "\(time(of: plan.createdAt, in: zone)).")
        }
        if notes.nextDay > 0 {
            lines.append(
                "\(notes.nextDay) of \(messages) messages are for people whose window of the day is over; "
                    + "they are sent on the next day.")
        }
        return lines
    }

    static func line(_ pairing: Pairing) -> String {
        let names = pairing.members.map(\.username)
        let line =
            pairing.turns == .star && names.count == 3
            ? "\(names[0]) → \(names[1]), \(names[0]) → \(names[2])" : names.joined(separator: " → ")
        let reason =
            switch pairing.reason {
            case .drawn: "drawn"
            case .exchanged: "exchanged, so that nobody meets again or is with whom they must not be"
            case .repeated:
                pairing.lastMet.map { "they met on \($0), there was no other choice" }
                    ?? "they met lately, there was no other choice"
            }
        return "\(line): \(reason)"
    }

    static func line(_ left: LeftOut) -> String {
        let cause =
            switch left.cause {
            case .deactivated: "deactivated"
            case .optedOut: "takes no part"
            case .paused: left.until.map { "pauses until \($0)" } ?? "pauses"
            case .weeklyLimit: "is in as many plans of these seven days as may be"
            case .plannedElsewhere: "was planned in another pool that day"
            case .rest: "the number of users is odd"
            case .excluded: "may be paired with nobody who is left"
            case .alone: "there is nobody else"
            }
        return "\(left.user.username): left out, \(cause)"
    }

    private static func counts(of plan: Plan) -> String {
        let figures = plan.figures
        return "\(figures.users) users, \(figures.pairings) pairings, \(figures.messages) messages, seed \(plan.seed)"
    }

    private static func name(of plan: Plan) -> String {
        plan.pool == Plan.defaultPool ? "\(plan.date)" : "\(plan.date) of the pool \(plan.pool)"
    }

    /// `HH:MM`.
    private static func time(of instant: Date, in zone: TimeZone) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.hour, .minute], from: instant)
        return [parts.hour, parts.minute].map { number in
            let digits = "\(number ?? 0)"
            return digits.count < 2 ? "0" + digits : digits
        }.joined(separator: ":")
    }
}
