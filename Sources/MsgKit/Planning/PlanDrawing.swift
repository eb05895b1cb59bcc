/// Draws who is with whom: leaves out whom a cause keeps out, lets the rest be paired, and gives everybody a place.
struct PlanDrawing {
    private(set) var population: PlanPopulation
    private(set) var rested: User.ID?
    /// When people met who are together again, by their pairing.
    private(set) var lastMet: [Int: PlanDate] = [:]
    private let history: PlanHistory
    private let exclusions: [(UInt32, UInt32)]
    private let odd: Configuration.Schedule.OddUser

    init(_ material: PlanMaterial, _ settings: PoolSettings) {
        population = material.population
        history = material.history
        exclusions = material.exclusions
        odd = settings.oddUser
        for number in 0..<population.count where population.causes[number] == nil {
            let limit = population.weeklyLimit(of: number) ?? settings.weeklyLimit
            // A limit of seven is none, however many plans there are.
            if limit < 7, history.turns[number].most >= limit { population.causes[number] = .weeklyLimit }
        }
        for number in history.elsewhere where population.causes[Int(number)] == nil {
            population.causes[Int(number)] = .plannedElsewhere
        }
    }

    mutating func draw(seed: UInt64, turns: Pairing.Turns) -> PlanGroups {
        let participants = (0..<UInt32(population.count)).filter { population.causes[Int($0)] == nil }
        var numbers = Array(repeating: UInt32.max, count: population.count)
        for (number, participant) in participants.enumerated() { numbers[Int(participant)] = UInt32(number) }
        func number(_ person: UInt32) -> UInt32? { numbers[Int(person)] == .max ? nil : numbers[Int(person)] }
        let rules = PairingRules(
            count: participants.count, history: history.meetings.restricted(to: participants),
            exclusions: ExclusionSets(
                people: participants.count,
                pairs: exclusions.lazy.compactMap { one, other in
                    number(one).flatMap { one in number(other).map { (one, $0) } }
                }),
            odd: odd, rested: history.rested.compactMap(number))
        var generator = SeededGenerator(seed: seed, stream: .pairing)
        let drawn = PairingDraw.draw(rules, using: &generator)
        for unpaired in drawn.unpaired {
            let person = Int(participants[Int(unpaired.person)])
            population.causes[person] = unpaired.cause
            if unpaired.cause == .rest { rested = population.ids[person] }
        }
        let groups = PlanGroups(drawn, of: participants, people: population.count, turns: turns)
        noteMeetings(of: groups)
        return groups
    }

    /// What became of each user.
    /// - Throws: ``ErrorCode/internalError`` when somebody has no place or two.
    func places(_ groups: PlanGroups) throws -> [PlanPlace] {
        // Neither a place nor a cause.
        let unknown = PlanPlace(rawValue: .max)
        var places = population.causes.map { $0.map { .leftOut($0) } ?? unknown }
        for group in 0..<groups.count {
            for (role, member) in groups.members(of: group).enumerated() {
                guard places[Int(member)] == unknown else { throw Self.lost }
                places[Int(member)] = .inPairing(group, role: role, groups.reason(of: group))
            }
        }
        guard !places.contains(unknown) else { throw Self.lost }
        return places
    }

    private mutating func noteMeetings(of groups: PlanGroups) {
        for group in 0..<groups.count where groups.reason(of: group) == .repeated {
            let members = groups.members(of: group)
            let rounds = members.indices.flatMap { first in
                members.indices.dropFirst(first + 1).compactMap {
                    history.meetings.lastMet(members[first], members[$0])
                }
            }
            lastMet[group] = rounds.min().flatMap { history.meetings.date(of: $0) }
        }
    }

    private static var lost: MsgError {
        MsgError(.internalError, "Planning has lost somebody, or has somebody twice; nothing is planned.")
    }
}
