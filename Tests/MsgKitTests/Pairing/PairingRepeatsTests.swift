import Testing

@testable import MsgKit

/// Draws of few people beside the best of all possible ones.
struct PairingRepeatsTests {
    typealias OddUser = Configuration.Schedule.OddUser

    /// How many are left out, and then how many meetings are repeated: the fewer the better.
    private struct Cost: Comparable {
        var unpaired = 0
        var repeats = 0

        static func < (one: Cost, other: Cost) -> Bool {
            (one.unpaired, one.repeats) < (other.unpaired, other.repeats)
        }

        static func + (one: Cost, other: Cost) -> Cost {
            Cost(unpaired: one.unpaired + other.unpaired, repeats: one.repeats + other.repeats)
        }
    }

    /// The repeats among some meetings; nil when one of them must not be.
    private func repeats(_ meetings: [(UInt32, UInt32)], _ rules: PairingRules) -> Int? {
        guard !meetings.contains(where: { rules.exclusions.contains($0.0, $0.1) }) else { return nil }
        return meetings.count { rules.history.lastMet($0.0, $0.1) != nil }
    }

    private func meetings(_ group: [UInt32], _ odd: OddUser) -> [(UInt32, UInt32)] {
        let all = [(group[0], group[1])] + (group.count == 3 ? [(group[0], group[2])] : [])
        return group.count == 3 && odd == .trio ? all + [(group[1], group[2])] : all
    }

    /// The least cost by trying everything.
    private func least(_ people: [UInt32], _ rules: PairingRules, three: Bool) -> Cost {
        guard let one = people.first else { return Cost() }
        let rest = Array(people.dropFirst())
        var best = least(rest, rules, three: three) + Cost(unpaired: 1)
        for other in rest {
            let left = rest.filter { $0 != other }
            if let repeats = repeats([(one, other)], rules) {
                best = min(best, least(left, rules, three: three) + Cost(repeats: repeats))
            }
            guard three else { continue }
            for third in left where third > other {
                let groups = [[one, other, third], [other, one, third], [third, one, other]]
                let fewest = groups.compactMap { repeats(meetings($0, rules.odd), rules) }.min()
                guard let fewest else { continue }
                best = min(best, least(left.filter { $0 != third }, rules, three: false) + Cost(repeats: fewest))
            }
        }
        return best
    }

    private func least(_ rules: PairingRules) -> Cost {
        let all = Array(0..<UInt32(rules.count))
        guard !all.count.isMultiple(of: 2) else { return least(all, rules, three: false) }
        guard rules.odd == .skip else { return least(all, rules, three: true) }
        let resting = all.map { rester in least(all.filter { $0 != rester }, rules, three: false) }
        return (resting.min() ?? Cost()) + Cost(unpaired: 1)
    }

    private func rules(_ generator: inout SeededGenerator) -> PairingRules {
        let count = 1 + generator.below(9)
        func anybody() -> UInt32 { UInt32(generator.below(count)) }
        var history = MeetingHistory(people: count)
        for round in 0..<generator.below(9) {
            _ = history.beginRound(of: PlanDate(daysSince1970: 100 - round))
            for _ in 0..<(count / 2) { history.meet(anybody(), anybody()) }
        }
        let excluding = generator.below(3) == 0 ? generator.below(count * 2) : 0
        let exclusions = (0..<excluding).map { _ in (anybody(), anybody()) }
        return PairingRules(
            count: count, history: history, exclusions: ExclusionSets(people: count, pairs: exclusions),
            odd: OddUser.allCases[generator.below(3)])
    }

    @Test func fewPeopleHaveTheFewestRepeats() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for run in 0..<400 {
            let rules = rules(&generator)
            let draw = PairingDraw.draw(rules, using: &generator)
            var cost = Cost(unpaired: draw.unpaired.count)
            var placed = draw.unpaired.map(\.person)
            for pair in 0..<draw.count {
                let group = draw.members(of: pair)
                placed += group
                let repeats = repeats(meetings(group, rules.odd), rules)
                #expect(repeats != nil, "excluded: seed \(seed), run \(run)")
                #expect((repeats ?? 0) > 0 ? draw.reason(of: pair) == .repeated : draw.reason(of: pair) != .repeated)
                cost.repeats += repeats ?? 0
            }
            #expect(placed.sorted() == Array(0..<UInt32(rules.count)), "seed \(seed), run \(run)")
            #expect(cost == least(rules), "seed \(seed), run \(run)")
        }
    }

    /// Who met lately and must meet again are those who met longest ago.
    @Test func theOldestMeetingIsRepeated() {
        // Four people in three rounds: every pair has met, once each.
        var history = MeetingHistory(people: 4)
        let rounds: [[(UInt32, UInt32)]] = [[(0, 1), (2, 3)], [(0, 2), (1, 3)], [(0, 3), (1, 2)]]
        for (number, round) in rounds.enumerated() {
            _ = history.beginRound(of: PlanDate(daysSince1970: 100 - number))
            for (one, other) in round { history.meet(one, other) }
        }
        for seed in 0..<20 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed, stream: .pairing)
            let draw = PairingDraw.draw(PairingRules(count: 4, history: history), using: &generator)
            let pairs = Set((0..<draw.count).map { draw.members(of: $0).sorted() })
            #expect(pairs == [[0, 3], [1, 2]], "seed \(seed)")
            #expect((0..<draw.count).allSatisfy { draw.reason(of: $0) == .repeated })
        }
    }
}
