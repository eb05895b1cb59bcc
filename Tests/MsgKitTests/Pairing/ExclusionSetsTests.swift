import Testing

@testable import MsgKit

struct ExclusionSetsTests {
    @Test func anExclusionHoldsBothWaysAndForNobodyElse() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let people = 2 + generator.below(20)
            let pairs = (0..<generator.below(40)).map { _ in
                (UInt32(generator.below(people)), UInt32(generator.below(people)))
            }
            let sets = ExclusionSets(people: people, pairs: pairs)
            for one in 0..<UInt32(people) {
                for other in 0..<UInt32(people) {
                    let expected = one != other && pairs.contains { $0 == (one, other) || $0 == (other, one) }
                    #expect(sets.contains(one, other) == expected, "seed \(seed)")
                }
            }
        }
    }

    @Test func whoIsUnknownIsNotKept() {
        let sets = ExclusionSets(people: 2, pairs: [(0, 5), (5, 0), (1, 1)])
        #expect(!sets.contains(0, 1) && !sets.contains(1, 1))
    }
}
