import Testing

@testable import MsgKit

struct BestMatchingTests {
    /// The weight of the best matching, by trying all.
    private func best(_ weights: [[Int64]]) -> Int64 {
        let count = weights.count
        var best = [Int64](repeating: 0, count: 1 << count)
        for set in 1..<(1 << count) {
            let one = set.trailingZeroBitCount
            best[set] = best[set & ~(1 << one)]
            for other in 0..<count where other != one && set >> other & 1 == 1 && weights[one][other] > 0 {
                best[set] = max(best[set], weights[one][other] + best[set & ~(1 << one) & ~(1 << other)])
            }
        }
        return best[(1 << count) - 1]
    }

    @Test func itIsAsGoodAsTheBestOfAll() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for run in 0..<1000 {
            let count = 1 + generator.below(10)
            let scale = [1, 2, 3, 10, 1000, 1 << 42][generator.below(6)]
            let density = 1 + generator.below(10)
            var weights = [[Int64]](repeating: [Int64](repeating: 0, count: count), count: count)
            for one in 0..<count {
                for other in 0..<one where generator.below(10) < density {
                    weights[one][other] = Int64(generator.below(scale) + 1)
                    weights[other][one] = weights[one][other]
                }
            }
            let partners = BestMatching.solve(count: count) { weights[$0][$1] }
            var total: Int64 = 0
            for (one, partner) in partners.enumerated() {
                guard let partner else { continue }
                #expect(partners[partner] == one && weights[one][partner] > 0, "seed \(seed), run \(run)")
                if one < partner { total += weights[one][partner] }
            }
            #expect(total == best(weights), "seed \(seed), run \(run)")
        }
    }

    @Test(arguments: [0, 1])
    func withNobodyToMatchThereIsNoPartner(count: Int) {
        #expect(BestMatching.solve(count: count) { _, _ in 1 } == Array(repeating: nil, count: count))
    }

    /// A chain in which the heavy edges leave both ends over.
    @Test func weightCountsMoreThanNumber() {
        let count = 100
        let partners = BestMatching.solve(count: count) { one, other in
            one / 2 == other / 2 ? 2 : abs(one - other) == 1 ? 3 : 0
        }
        #expect(partners[0] == nil && partners[count - 1] == nil)
        for one in 1..<(count - 1) { #expect(partners[one] == (one.isMultiple(of: 2) ? one - 1 : one + 1)) }
    }
}
