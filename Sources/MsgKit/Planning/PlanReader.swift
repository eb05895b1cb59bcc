import Logging

/// Reads what a day of a pool is planned from.
struct PlanReader {
    private static let exclusionPage = 5_000

    let plans: any PlanStore
    let exclusions: any ExclusionStore
    let batches: PlanBatches
    let logger: Logger

    func read(_ pool: PoolSettings, on date: PlanDate, pace: PlanPace) async throws -> PlanMaterial {
        let population = try await population(of: pool, on: date, pace)
        let reader = HistoryReader(plans: plans, logger: logger, pace: pace)
        return PlanMaterial(
            population: population, history: try await reader.read(population, in: pool, around: date),
            exclusions: try await exclusions(among: population, pace))
    }

    private func population(of pool: PoolSettings, on date: PlanDate, _ pace: PlanPace) async throws -> PlanPopulation {
        var population = PlanPopulation()
        while true {
            let batch = try await plans.candidates(of: pool.name, after: population.ids.last, limit: batches.users)
            // A short page is not the end: records that can't be read are left out of it.
            guard !batch.isEmpty else { return population }
            for user in batch { try population.append(user, on: date) }
            try await pace.step()
        }
    }

    private func exclusions(
        among population: PlanPopulation, _ pace: PlanPace
    ) async throws -> [(UInt32, UInt32)] {
        var pairs: [(UInt32, UInt32)] = []
        var last: Exclusion?
        while true {
            let batch = try await exclusions.exclusions(after: last, limit: Self.exclusionPage)
            guard let end = batch.last else { return pairs }
            for exclusion in batch {
                guard let user = population.number(of: exclusion.user),
                    let other = population.number(of: exclusion.other)
                else { continue }
                pairs.append((user, other))
            }
            last = end
            try await pace.step()
        }
    }
}
