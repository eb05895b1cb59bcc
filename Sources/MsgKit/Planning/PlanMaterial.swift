/// All that a plan is drawn from besides its seed and settings.
struct PlanMaterial: Sendable {
    var population: PlanPopulation
    var history: PlanHistory
    /// Who is never paired with whom, by their numbers.
    var exclusions: [(UInt32, UInt32)]

    init(
        population: PlanPopulation = PlanPopulation(), history: PlanHistory? = nil, exclusions: [(UInt32, UInt32)] = []
    ) {
        self.population = population
        self.history = history ?? PlanHistory(people: population.count)
        self.exclusions = exclusions
    }
}
