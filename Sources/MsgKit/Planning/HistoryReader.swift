import Logging

/// Reads what complete plans of other days, of all pools, say of a population. Their chunks and the population are in
/// the order of ids, so each plan is one walk along both.
struct HistoryReader {
    /// How many rests are looked back on.
    private static let maximumRests = 1_000
    private static let page = 100

    let plans: any PlanStore
    let logger: Logger
    /// Called after each step.
    let pace: PlanPace

    /// - Parameter date: the day that is to be planned. Days after it may be planned already.
    func read(_ population: PlanPopulation, in pool: PoolSettings, around date: PlanDate) async throws -> PlanHistory {
        var history = PlanHistory(people: population.count)
        var current: PlanDate?
        var isRound = false
        for plan in try await HistorySelection(plans: plans, pool: pool, date: date).read() {
            guard plan.distance != 0 else {
                try await walk(plan, population) { at, _, _ in history.elsewhere.insert(at) }
                continue
            }
            if plan.date != current {
                current = plan.date
                isRound = plan.isRecent ? history.meetings.beginRound(of: plan.date) : false
            }
            guard isRound || plan.isThisWeek else { continue }
            try await read(plan, population, isRound: isRound, into: &history)
        }
        if pool.oddUser == .skip { history.rested = try await rested(population, in: pool, before: date) }
        return history
    }

    private func read(
        _ plan: HistoryPlan, _ population: PlanPopulation, isRound: Bool, into history: inout PlanHistory
    ) async throws {
        var seats = PairingSeats(pairings: isRound ? plan.pairings : 0)
        try await walk(plan, population) { at, number, role in
            history.turns[Int(at)].note(plan.distance)
            if isRound {
                seats.seat(at, at: number, role: role, isStar: plan.isStar) { history.meetings.meet($0, $1) }
            }
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
        _ plan: HistoryPlan, _ population: PlanPopulation, visit: (_ at: UInt32, _ pairing: Int, _ role: Int) -> Void
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
                    if let pairing = place.pairing, pairing.number < plan.pairings {
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
