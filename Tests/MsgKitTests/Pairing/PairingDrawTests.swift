import Testing

@testable import MsgKit

struct PairingDrawTests {
    typealias OddUser = Configuration.Schedule.OddUser

    private func members(_ draw: PairingDraw) -> [[UInt32]] { (0..<draw.count).map { draw.members(of: $0) } }

    private func draw(_ count: Int, _ odd: OddUser, seed: UInt64) -> PairingDraw {
        var generator = SeededGenerator(seed: seed, stream: .pairing)
        return PairingDraw.draw(PairingRules(count: count, odd: odd), using: &generator)
    }

    @Test(arguments: 0...50, OddUser.allCases)
    func everyoneIsInExactlyOnePairing(count: Int, odd: OddUser) {
        let seed = UInt64.random(in: 0...UInt64.max)
        let draw = draw(count, odd, seed: seed)
        let placed = members(draw).flatMap { $0 } + draw.unpaired.map(\.person)
        #expect(placed.sorted() == Array(0..<UInt32(count)), "seed \(seed)")
        #expect((0..<draw.count).allSatisfy { draw.reason(of: $0) == .drawn }, "seed \(seed)")
        let sizes = members(draw).map(\.count)
        let causes = draw.unpaired.map(\.cause)
        switch (count % 2, odd) {
        case (0, _): #expect(sizes.allSatisfy { $0 == 2 } && causes.isEmpty, "seed \(seed)")
        case (_, _) where count == 1: #expect(sizes.isEmpty && causes == [.alone])
        case (_, .skip): #expect(sizes.allSatisfy { $0 == 2 } && causes == [.rest], "seed \(seed)")
        case (_, .trio), (_, .double):
            #expect(sizes.count { $0 == 3 } == 1 && sizes.allSatisfy { $0 == 2 || $0 == 3 } && causes.isEmpty)
        }
    }

    /// A plan of an old version can be made again by its seed: these may never change.
    @Test func theDrawOfASeedNeverChanges() {
        let threes: [[UInt32]] = [[2, 8], [1, 5], [0, 7], [4, 3, 6]]
        #expect(members(draw(9, .trio, seed: 42)) == threes)
        #expect(members(draw(9, .double, seed: 42)) == threes)
        #expect(members(draw(9, .skip, seed: 42)) == [[2, 8], [1, 5], [0, 7], [4, 3]])
    }

    @Test func anotherSeedDrawsOtherwise() {
        #expect(members(draw(40, .trio, seed: 1)) == members(draw(40, .trio, seed: 1)))
        #expect(members(draw(40, .trio, seed: 1)) != members(draw(40, .trio, seed: 2)))
    }

    /// Every partner is about as likely as any other.
    @Test func nobodyIsFavoured() {
        var meetings: [UInt32: Int] = [:]
        for seed in 0..<3000 as Range<UInt64> {
            for pair in members(draw(4, .trio, seed: seed)) where pair.contains(0) {
                for other in pair where other != 0 { meetings[other, default: 0] += 1 }
            }
        }
        #expect(meetings.count == 3)
        #expect(meetings.values.allSatisfy { (850...1150).contains($0) }, "\(meetings)")
    }

    @Test(arguments: [3, 5, 9, 21])
    func inSoManyRoundsAsPeopleEverybodyRestsOnce(count: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var rested: [UInt32] = []
        for round in 0..<(3 * count) {
            var generator = SeededGenerator(seed: seed, stream: .pairing, number: UInt64(round))
            let draw = PairingDraw.draw(PairingRules(count: count, odd: .skip, rested: rested), using: &generator)
            #expect(draw.unpaired.map(\.cause) == [.rest], "seed \(seed)")
            rested.insert(contentsOf: draw.unpaired.map(\.person), at: 0)
        }
        for cycle in 0..<3 {
            #expect(Set(rested[(cycle * count)..<((cycle + 1) * count)]).count == count, "seed \(seed): \(rested)")
        }
    }

    /// Fifteen rounds of a hundred people, and of one more: nobody ever meets a partner of the fourteen before.
    @Test(arguments: [100, 101], OddUser.allCases)
    func amongManyNobodyMeetsAgain(count: Int, odd: OddUser) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var history = MeetingHistory(people: count)
        for round in 0..<15 {
            var generator = SeededGenerator(seed: seed, stream: .pairing, number: UInt64(round))
            let draw = PairingDraw.draw(PairingRules(count: count, history: history, odd: odd), using: &generator)
            #expect((0..<draw.count).allSatisfy { draw.reason(of: $0) != .repeated }, "seed \(seed), round \(round)")
            #expect(draw.unpaired.count == (count == 101 && odd == .skip ? 1 : 0), "seed \(seed), round \(round)")
            // Only who met counts here, not when.
            _ = history.beginRound(of: PlanDate(daysSince1970: round))
            for group in members(draw) {
                history.meet(group[0], group[1])
                guard group.count == 3 else { continue }
                history.meet(group[0], group[2])
                if odd == .trio { history.meet(group[1], group[2]) }
            }
        }
    }

    /// More people than the best matching takes, half of whom exclude the other half: who can't be placed is left out.
    @Test func amongVeryManyAnExclusionIsNeverBroken() {
        let count = 601
        let few: UInt32 = 200
        // Everybody but the few excludes all like them, so that only so many pairs are possible.
        let pairs = (few..<UInt32(count)).flatMap { one in ((one + 1)..<UInt32(count)).map { (one, $0) } }
        let exclusions = ExclusionSets(people: count, pairs: pairs)
        for odd in OddUser.allCases {
            var generator = SeededGenerator(seed: 7, stream: .pairing)
            let draw = PairingDraw.draw(
                PairingRules(count: count, exclusions: exclusions, odd: odd), using: &generator)
            let placed = members(draw).flatMap { $0 } + draw.unpaired.map(\.person)
            #expect(placed.sorted() == Array(0..<UInt32(count)))
            for group in members(draw) { #expect(!exclusions.contains(group[0], group[1])) }
            #expect(draw.unpaired.allSatisfy { $0.cause == .excluded || $0.cause == .rest })
        }
    }
}
