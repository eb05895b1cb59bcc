import Foundation
import MsgKit

/// The JSON of a plan, as docs/cli-json.md describes it, but for its pairings and users left out.
struct PlanReport: Encodable {
    /// What a run of planning did, or the state of a stored plan.
    enum Status: String, Encodable {
        case planned
        case alreadyPlanned = "already_planned"
        case nothingToPlan = "nothing_to_plan"
        case unfinished
    }

    var status: Status
    /// Nil of a stored plan.
    var dryRun: Bool?
    var date: PlanDate
    var pool: String
    var seed: UInt64
    var users: Int
    var pairings: Int
    var messages: Int
    var leftOut: Int
    /// Nil, as the next five, of a plan that an older version made.
    var settings: PlanSettings?
    var exchanged: Int?
    var repeated: Int?
    var late: Int?
    var nextDay: Int?
    var causes: [String: Int]?
    var rested: User.ID?
    /// Nil, as the next, of what was not stored.
    var createdAt: Date?
    var completedAt: Date?
    /// Only of one plan that is shown.
    var progress: PlanProgress?

    init(_ plan: Plan, progress: PlanProgress? = nil) {
        self.init(plan, status: plan.completedAt == nil ? .unfinished : .planned)
        createdAt = plan.createdAt
        completedAt = plan.completedAt
        self.progress = progress
    }

    init(_ result: PlanResult, isDryRun: Bool) {
        let status: Status =
            switch result.status {
            case .planned: .planned
            case .alreadyPlanned: .alreadyPlanned
            case .nothingToPlan: .nothingToPlan
            }
        self.init(result.plan, status: status)
        dryRun = isDryRun
        if let completed = result.plan.completedAt {
            createdAt = result.plan.createdAt
            completedAt = completed
        }
    }

    private init(_ plan: Plan, status: Status) {
        self.status = status
        date = plan.date
        pool = plan.pool
        seed = plan.seed
        users = plan.figures.users
        pairings = plan.figures.pairings
        messages = plan.figures.messages
        leftOut = plan.figures.leftOut
        rested = plan.rested
        settings = plan.settings
        guard plan.settings != nil else { return }
        exchanged = plan.notes.exchanged
        repeated = plan.notes.repeated
        late = plan.notes.late
        nextDay = plan.notes.nextDay
        causes = Dictionary(uniqueKeysWithValues: plan.notes.causes.map { ($0.key.rawValue, $0.value) })
    }
}
