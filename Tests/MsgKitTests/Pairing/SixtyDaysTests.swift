import Testing

@testable import MsgKit

/// Sixty days of the same people, beside what the original draws and what is possible at all.
///
/// A meeting is a repeat when the two have met in the rounds that pairing looks back on. It could have been avoided when
/// the day had pairings with fewer of them: of few people all pairings are gone through, of more none is ever repeated.
struct SixtyDaysTests {
    typealias OddUser = Configuration.Schedule.OddUser

    struct Circle: Sendable, CustomTestStringConvertible {
        var people: Int
        var rounds = 14
        var odd = OddUser.trio

        var testDescription: String { "\(people) people, \(rounds) rounds, \(odd)" }
    }

    /// What sixty days came to.
    private struct Figures {
        var meetings = 0
        var repeats = 0
        var least = 0
        /// The fewest days after which two met again; nil when nobody did.
        var soonest: Int?

        var gap: Int { soonest ?? .max }
    }

    private static let days = 60
    /// Up to so many people every possible pairing of a day is gone through.
    private static let few = 11
    private static let circles = [
        Circle(people: 10), Circle(people: 10, rounds: 4), Circle(people: 11), Circle(people: 11, odd: .double),
        Circle(people: 11, odd: .skip), Circle(people: 11, rounds: 4), Circle(people: 100), Circle(people: 1001),
        Circle(people: 1001, odd: .double), Circle(people: 1001, odd: .skip),
    ]

    @Test(arguments: circles)
    func noRepeatCouldHaveBeenAvoided(_ circle: Circle) {
        let seed = UInt64.random(in: 0...UInt64.max)
        let drawn = figures(circle, seed: seed, draw: drawn)
        #expect(drawn.repeats == drawn.least, "seed \(seed)")
        let plain = figures(circle, seed: seed, draw: plain)
        // How soon two may meet again is left to chance; the table has it for one seed.
        #expect(plain.gap <= drawn.gap, "seed \(seed)")
        // Where everybody meets everybody within the rounds looked back on, all is a repeat sooner or later.
        if circle.rounds < circle.people - 1 { #expect(drawn.repeats < plain.repeats, "seed \(seed)") }
    }

    /// The table of docs/performance.md; `scripts/bench pairing` prints it.
    @Test func theTableIsAsItIsTold() {
        print(
            "| users | odd one | rounds | meetings | repeats: plain shuffle | msgctl | least | soonest: plain | msgctl |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        for circle in Self.circles {
            let plain = figures(circle, seed: 2026, draw: plain)
            let drawn = figures(circle, seed: 2026, draw: drawn)
            let odd = circle.people.isMultiple(of: 2) ? "–" : circle.odd.rawValue
            let cells = [
                "\(circle.people)", odd, "\(circle.rounds)", "\(drawn.meetings)", "\(plain.repeats)",
                "\(drawn.repeats)", "\(drawn.least)", plain.soonest.map { "\($0)" } ?? "–",
                drawn.soonest.map { "\($0)" } ?? "–",
            ]
            print("| " + cells.joined(separator: " | ") + " |")
            #expect(drawn.repeats == drawn.least && plain.gap < drawn.gap)
        }
    }

    // MARK: A day

    private typealias Draw = (PairingRules, inout SeededGenerator) -> (groups: [[UInt32]], resting: [UInt32])

    private func drawn(_ rules: PairingRules, _ random: inout SeededGenerator) -> (
        groups: [[UInt32]], resting: [UInt32]
    ) {
        let draw = PairingDraw.draw(rules, using: &random)
        return ((0..<draw.count).map { draw.members(of: $0) }, draw.unpaired.map(\.person))
    }

    /// Neighbours in a shuffled list, as the original pairs them; nothing of the days before counts.
    private func plain(_ rules: PairingRules, _ random: inout SeededGenerator) -> (
        groups: [[UInt32]], resting: [UInt32]
    ) {
        var people = Array(0..<UInt32(rules.count))
        random.shuffle(&people)
        var groups = stride(from: 0, to: people.count - 1, by: 2).map { [people[$0], people[$0 + 1]] }
        guard !people.count.isMultiple(of: 2), let last = people.last else { return (groups, []) }
        if rules.odd == .skip { return (groups, [last]) }
        groups[0].append(last)
        return (groups, [])
    }

    private func meetings(_ group: [UInt32], _ odd: OddUser) -> [(UInt32, UInt32)] {
        guard group.count == 3 else { return [(group[0], group[1])] }
        return [(group[0], group[1]), (group[0], group[2])] + (odd == .trio ? [(group[1], group[2])] : [])
    }

    private func figures(_ circle: Circle, seed: UInt64, draw: Draw) -> Figures {
        var figures = Figures()
        var past: [[(UInt32, UInt32)]] = []
        var rested: [UInt32] = []
        for day in 0..<Self.days {
            var history = MeetingHistory(people: circle.people)
            for (age, round) in past.prefix(circle.rounds).enumerated() {
                _ = history.beginRound(of: PlanDate(daysSince1970: day - age))
                for (one, other) in round { history.meet(one, other) }
            }
            let rules = PairingRules(count: circle.people, history: history, odd: circle.odd, rested: rested)
            var random = SeededGenerator(seed: seed, stream: .pairing, number: UInt64(day))
            let (groups, resting) = draw(rules, &random)
            let today = groups.flatMap { meetings($0, circle.odd) }
            figures.meetings += today.count
            let ages = today.compactMap { history.lastMet($0.0, $0.1) }
            figures.repeats += ages.count
            if let newest = ages.min() { figures.soonest = min(newest + 1, figures.soonest ?? .max) }
            if circle.people <= Self.few { figures.least += least(rules) }
            past.insert(today, at: 0)
            rested = resting + rested
        }
        return figures
    }

    // MARK: The least possible

    /// The fewest repeats of all pairings of a day, by what is the best for each set of people.
    private func least(_ rules: PairingRules) -> Int {
        let all = Array(0..<UInt32(rules.count))
        var best: [Int: Int] = [0: 0]
        func repeats(_ group: [UInt32]) -> Int {
            meetings(group, rules.odd).count { rules.history.lastMet($0.0, $0.1) != nil }
        }
        func pairs(_ people: Int) -> Int {
            if let known = best[people] { return known }
            let one = people.trailingZeroBitCount
            let rest = people & ~(1 << one)
            let fewest =
                all.filter { rest & (1 << $0) != 0 }.map { other in
                    repeats([UInt32(one), other]) + pairs(rest & ~(1 << other))
                }.min() ?? 0
            best[people] = fewest
            return fewest
        }
        let everybody = (1 << rules.count) - 1
        guard !rules.count.isMultiple(of: 2) else { return pairs(everybody) }
        if rules.odd == .skip { return all.map { pairs(everybody & ~(1 << $0)) }.min() ?? 0 }
        let trios = all.flatMap { one in
            all.flatMap { two in all.filter { one != two && one != $0 && two < $0 }.map { [one, two, $0] } }
        }
        return trios.map { trio in
            repeats(trio) + pairs(trio.reduce(everybody) { $0 & ~(1 << $1) })
        }.min() ?? 0
    }
}
