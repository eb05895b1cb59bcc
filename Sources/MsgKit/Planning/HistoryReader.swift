import Logging

/// Reads what complete plans of earlier days, of all pools, say of a population. Their chunks and the population are in
/// the order of ids, so each plan is one walk along both.
struct HistoryReader {
    /// How many days back a weekly limit looks.
    private static let week = 6
    /// How many rests are looked back on.
    private static let maximumRests = 1_000
    private static let page = 100

    let plans: any PlanStore
    let logger: Logger
    /// Called after each step.
    let pace: PlanPace

    /// - Parameter date: the day that is to be planned.
    func read(_ population: PlanPopulation, in pool: PoolSettings, before date: PlanDate) async throws -> PlanHistory {
        var history = PlanHistory(people: population.count)
        var (ownRounds, dates) = (0, 0)
        var current: PlanDate?
        var isRecent = false
        var page = PageRequest(limit: Self.page)
        reading: while true {
            let found = try await plans.plans(matching: PlanFilter(through: date, isComplete: true), page: page)
            for plan in found.items {
                let age = date.daysSince1970 - plan.date.daysSince1970
                if age == 0 {
                    if plan.pool != pool.name {
                        try await walk(plan, population) { at, _, _ in history.elsewhere.insert(at) }
                    }
                    continue
                }
                if plan.date != current {
                    isRecent = ownRounds < pool.avoidRounds || age <= pool.avoidDays
                    guard isRecent || age <= Self.week, dates < MeetingHistory.maximumRounds else { break reading }
                    (current, dates) = (plan.date, dates + 1)
                    if isRecent { isRecent = history.meetings.beginRound(of: plan.date) }
                }
                if plan.pool == pool.name { ownRounds += 1 }
                try await read(plan, population, isRecent: isRecent, isThisWeek: age <= Self.week, into: &history)
            }
            guard page.page < found.pages else { break }
            page.page += 1
        }
        if pool.oddUser == .skip { history.rested = try await rested(population, in: pool, before: date) }
        return history
    }

    private func read(
        _ plan: Plan, _ population: PlanPopulation, isRecent: Bool, isThisWeek: Bool, into history: inout PlanHistory
    ) async throws {
        // Of a double turn the two who read did not meet.
        let isStar = plan.settings?.oddUser == .double
        var seats = PairingSeats(pairings: isRecent ? plan.figures.pairings : 0)
        try await walk(plan, population) { at, number, role in
            if isThisWeek, history.turns[Int(at)] < .max { history.turns[Int(at)] += 1 }
            if isRecent { seats.seat(at, at: number, role: role, isStar: isStar) { history.meetings.meet($0, $1) } }
        }
    }

    /// Who rested, the last first.
    private func rested(
        _ population: PlanPopulation, in pool: PoolSettings, before date: PlanDate
    ) async throws -> [UInt32] {
        let filter = PlanFilter(
            pool: pool.name, through: PlanDate(daysSince1970: date.daysSince1970 - 1), isComplete: true)
        var rested: [UInt32] = []
        var page = PageRequest(limit: Self.page)
        while true {
            let found = try await plans.plans(matching: filter, page: page)
            rested += found.items.compactMap { $0.rested.flatMap { population.number(of: $0) } }
            guard page.page < found.pages, page.offset < Self.maximumRests else { return rested }
            page.page += 1
            try await pace.step()
        }
    }

    /// Visits who of a population is in a pairing of a plan. What of a plan is damaged is left out, with a warning: a day
    /// can be planned all the same.
    private func walk(
        _ plan: Plan, _ population: PlanPopulation, visit: (_ at: UInt32, _ pairing: Int, _ role: Int) -> Void
    ) async throws {
        var (number, at) = (0, 0)
        let ids = population.ids
        do {
            while at < ids.count, let chunk = try await plans.chunk(number, of: plan.id) {
                try await pace.step()
                for (user, place) in zip(chunk.users, chunk.places) {
                    while at < ids.count, ids[at] < user { at += 1 }
                    guard at < ids.count else { return }
                    guard ids[at] == user else { continue }
                    if let pairing = place.pairing, pairing.number < plan.figures.pairings {
                        visit(UInt32(at), pairing.number, pairing.role)
                    } else if place.cause == nil {
                        throw PlanChunk.damaged(number, of: plan.id)
                    }
                }
                number += 1
            }
        } catch let error as MsgError where error.code == .internalError {
            logger.warning(
                "a stored plan is damaged; who met by it is not known, and may be paired again",
                metadata: ["date": "\(plan.date)", "pool": "\(plan.pool)", "part": "\(number)"])
        }
    }
}
