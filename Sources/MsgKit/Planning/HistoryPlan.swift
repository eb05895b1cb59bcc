import Foundation

/// What the history needs to know of a complete plan, which has settings with all their texts besides.
struct HistoryPlan: Sendable {
    let id: Plan.ID
    let pool: String
    let date: PlanDate
    let createdAt: Date
    let pairings: Int
    /// Whether of three the two who read did not meet.
    let isStar: Bool
    /// Days from the day that is planned to the plan's; negative for an earlier one.
    let distance: Int
    /// Whether who met by it should not meet again.
    let isRecent: Bool

    init(_ plan: Plan, distance: Int, isRecent: Bool) {
        id = plan.id
        pool = plan.pool
        date = plan.date
        createdAt = plan.createdAt
        pairings = plan.figures.pairings
        isStar = plan.settings?.oddUser == .double
        self.distance = distance
        self.isRecent = isRecent
    }

    /// The nearest day comes first, of two at the same distance the later one; on a day the pools by name.
    var order: (Int, Int, String) { (abs(distance), -distance, pool) }

    /// Whether some seven days in a row hold its day and the one that is planned.
    var isThisWeek: Bool { abs(distance) <= WeekTurns.reach }
}
