import Foundation

/// Chooses the complete plans, of all pools, that count for the planning of a day: of earlier days, of later ones that
/// were planned before it, and of the day itself.
struct HistorySelection {
    private static let page = 100

    let plans: any PlanStore
    let pool: PoolSettings
    let date: PlanDate

    /// The nearest days first, of two at the same distance the later one; each day's together, by pool.
    func read() async throws -> [HistoryPlan] {
        let last = PlanDate(daysSince1970: date.daysSince1970 + max(WeekTurns.reach, pool.avoidDays))
        var chosen: [HistoryPlan] = []
        // When the day was planned itself: to explain it, what was planned afterwards does not count.
        var made: Date?
        var (ownRounds, earlierDays) = (0, 0)
        var current: PlanDate?
        var isRecent = false
        var page = PageRequest(limit: Self.page)
        reading: while true {
            let found = try await plans.plans(matching: PlanFilter(through: last, isComplete: true), page: page)
            for plan in found.items {
                let distance = plan.date.daysSince1970 - date.daysSince1970
                if distance == 0, plan.pool == pool.name {
                    made = plan.createdAt
                    chosen.removeAll { $0.createdAt > plan.createdAt }
                    continue
                }
                if let made, plan.createdAt > made { continue }
                if plan.date != current {
                    isRecent = meetingsCount(at: distance, ownRounds: ownRounds)
                    if distance < 0 {
                        guard isRecent || -distance <= WeekTurns.reach, earlierDays < MeetingHistory.maximumRounds
                        else { break reading }
                        earlierDays += 1
                    }
                    current = plan.date
                }
                // Rounds are counted backwards alone, so that a day planned ahead lets nobody meet again sooner.
                if distance < 0, plan.pool == pool.name { ownRounds += 1 }
                chosen.append(HistoryPlan(plan, distance: distance, isRecent: isRecent))
            }
            guard page.page < found.pages else { break }
            page.page += 1
        }
        return chosen.sorted { $0.order < $1.order }
    }

    /// - Parameter ownRounds: how many plans of the pool are between the day and the plan's, for an earlier one.
    private func meetingsCount(at distance: Int, ownRounds: Int) -> Bool {
        if distance < 0 { return ownRounds < pool.avoidRounds || -distance <= pool.avoidDays }
        // Without rounds to look back on it is the days alone that count, both ways.
        return distance <= (pool.avoidRounds == 0 ? pool.avoidDays : max(WeekTurns.reach, pool.avoidDays))
    }
}
