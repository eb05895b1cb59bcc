import Testing

@testable import MsgKit

struct PairingTests {
    private func candidates(_ count: Int) -> [PlanCandidate] {
        (0..<count).map { PlanCandidate(id: User.ID(high: 0, low: UInt32($0)), username: "user_\($0)") }
    }

    @Test(arguments: 0...50, Configuration.Schedule.OddUser.allCases)
    func everyoneIsInExactlyOnePairing(count: Int, odd: Configuration.Schedule.OddUser) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let all = candidates(count)
        let (pairings, leftOut) = Pairing.draw(from: all, odd: odd, using: &generator)
        let placed = (pairings.flatMap(\.members) + leftOut).map(\.id)
        #expect(placed.sorted() == all.map(\.id), "seed \(seed)")
        let sizes = pairings.map(\.members.count)
        switch (count % 2, odd) {
        case (0, _): #expect(sizes.allSatisfy { $0 == 2 } && leftOut.isEmpty, "seed \(seed)")
        case (_, .skip): #expect(sizes.allSatisfy { $0 == 2 } && leftOut.count == 1, "seed \(seed)")
        case (_, .trio) where count == 1: #expect(pairings.isEmpty && leftOut.count == 1)
        case (_, .trio):
            #expect(sizes.filter { $0 == 3 }.count == 1 && sizes.filter { $0 != 3 }.allSatisfy { $0 == 2 })
            #expect(leftOut.isEmpty)
        }
    }

    @Test func theSameSeedDrawsTheSame() {
        for seed in [0, 1, 7, UInt64.max] {
            var one = SeededGenerator(seed: seed)
            var other = SeededGenerator(seed: seed)
            #expect(
                Pairing.draw(from: candidates(31), odd: .trio, using: &one).pairings
                    == Pairing.draw(from: candidates(31), odd: .trio, using: &other).pairings)
        }
    }

    @Test func anotherSeedDrawsOtherwise() {
        var one = SeededGenerator(seed: 1)
        var other = SeededGenerator(seed: 2)
        #expect(
            Pairing.draw(from: candidates(40), odd: .trio, using: &one).pairings
                != Pairing.draw(from: candidates(40), odd: .trio, using: &other).pairings)
    }

    @Test func aPairHasOneMessageAndATrioTwo() {
        let people = candidates(3)
        #expect(
            Pairing(members: Array(people.prefix(2))).messages.map { [$0.sender.id.low, $0.receiver.id.low] } == [
                [0, 1]
            ])
        #expect(
            Pairing(members: people).messages.map { [$0.sender.id.low, $0.receiver.id.low] } == [[0, 1], [1, 2]])
    }

    /// Every partner is about as likely as any other.
    @Test func nobodyIsPreferred() {
        var meetings: [UInt32: Int] = [:]
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<3000 {
            let (pairings, _) = Pairing.draw(from: candidates(4), odd: .trio, using: &generator)
            for pairing in pairings where pairing.members.contains(where: { $0.id.low == 0 }) {
                for member in pairing.members where member.id.low != 0 { meetings[member.id.low, default: 0] += 1 }
            }
        }
        #expect(meetings.count == 3)
        #expect(meetings.values.allSatisfy { (850...1150).contains($0) }, "\(meetings)")
    }

    /// SplitMix64's published sequence: a plan of an old version can be made again by its seed.
    @Test func theGeneratorsNumbersNeverChange() {
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in generator.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
        var zero = SeededGenerator(seed: 0)
        #expect(zero.next() == 0xe220_a839_7b1d_cdaf)
    }
}
