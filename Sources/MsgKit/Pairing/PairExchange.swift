/// Drawn pairs that exchange partners until none of them is forbidden: a step or two for each that is, however many
/// people there are.
struct PairExchange {
    private let rules: PairingRules
    private var draw: PairingDraw
    /// The pairs that are excluded or met lately.
    private var forbidden: [Int] = []

    /// - Parameter people: an even number; each two of them are a pair.
    init(_ people: [UInt32], _ rules: PairingRules) {
        self.rules = rules
        draw = PairingDraw(order: people, reasons: Array(repeating: .drawn, count: people.count / 2))
        forbidden = (0..<draw.count).filter { !isFree($0) }
    }

    /// Whether nobody meets whom they should not.
    var isFree: Bool { forbidden.isEmpty }

    func draw(with third: PairingDraw.Third?) -> PairingDraw {
        var draw = draw
        draw.third = third
        return draw
    }

    /// Looks from a random place on for a pair to exchange with, so that both are free. It never makes a new bad pair.
    mutating func repair(using generator: inout SeededGenerator) {
        for pair in forbidden where !isFree(pair) {
            let start = generator.below(draw.count)
            search: for step in 0..<draw.count {
                let other = (start + step) % draw.count
                guard other != pair else { continue }
                for way in Way.allCases where exchanged(pair, other, way).allSatisfy({ rules.areFree($0, $1) }) {
                    exchange(pair, other, way)
                    break search
                }
            }
        }
        forbidden = forbidden.filter { !isFree($0) }
    }

    /// The first pair from a random place on which somebody may join as the third; nil when there is none.
    func place(_ person: UInt32, using generator: inout SeededGenerator) -> PairingDraw.Third? {
        let start = generator.below(draw.count)
        for step in 0..<draw.count {
            let pair = (start + step) % draw.count
            guard company(of: pair).allSatisfy({ rules.areFree($0, person) }) else { continue }
            return PairingDraw.Third(person: person, pair: pair, reason: step == 0 ? .drawn : .exchanged)
        }
        return nil
    }

    /// The end of what exchanges can do among more people than the best matching takes: who met lately meet again, as
    /// long ago as can be found, and who must not be paired are left out.
    func compromise(with aside: UInt32?) -> PairingDraw {
        var rest = self
        for pair in forbidden {
            var best: (weight: Int64, other: Int, way: Way)?
            for other in 0..<draw.count where other != pair {
                let now = [pair, other].map { rest.weight(of: $0) }
                for way in Way.allCases {
                    let then = rest.exchanged(pair, other, way).map { rules.weight($0, $1) }
                    // Fewer exclusions before all, as a weight of 0 is so much less.
                    let gain = then.reduce(0, +) - now.reduce(0, +)
                    if gain > 0, gain > best?.weight ?? 0 { best = (gain, other, way) }
                }
            }
            if let best { rest.exchange(pair, best.other, best.way) }
        }
        return rest.settled(with: aside)
    }

    /// The pairs that may be, the others' members left out, and somebody with the best of the pairs.
    private func settled(with aside: UInt32?) -> PairingDraw {
        var settled = PairingDraw()
        for pair in 0..<draw.count {
            let members = draw.members(of: pair)
            guard weight(of: pair) > 0 else {
                settled.unpaired += members.map { PairingDraw.Unpaired(person: $0, cause: .excluded) }
                continue
            }
            settled.order += members
            settled.reasons.append(isFree(pair) ? draw.reasons[pair] : .repeated)
        }
        guard let aside else { return settled }
        let exchange = PairExchange(settled.order, rules)
        let best = (0..<settled.count).map { pair in
            (pair: pair, weight: exchange.company(of: pair).map { rules.weight($0, aside) }.min() ?? 0)
        }.max { $0.weight < $1.weight }
        guard let best, best.weight > 0 else {
            settled.unpaired.append(PairingDraw.Unpaired(person: aside, cause: .excluded))
            return settled
        }
        settled.third = PairingDraw.Third(
            person: aside, pair: best.pair, reason: best.weight == PairingRules.best ? .exchanged : .repeated)
        return settled
    }

    // MARK: Pairs

    /// What changes place with the other pair's second.
    private enum Way: CaseIterable {
        case first, second
    }

    private func isFree(_ pair: Int) -> Bool { rules.areFree(draw.order[2 * pair], draw.order[2 * pair + 1]) }

    private func weight(of pair: Int) -> Int64 { rules.weight(draw.order[2 * pair], draw.order[2 * pair + 1]) }

    /// Whom a third of a pair meets.
    private func company(of pair: Int) -> ArraySlice<UInt32> {
        draw.order[(2 * pair)...].prefix(rules.odd == .double ? 1 : 2)
    }

    private func places(_ pair: Int, _ other: Int, _ way: Way) -> (Int, Int) {
        // Either two who read change places, or one who reads with one who writes.
        way == .second ? (2 * pair + 1, 2 * other + 1) : (2 * pair + 1, 2 * other)
    }

    /// The two pairs as they would be.
    private func exchanged(_ pair: Int, _ other: Int, _ way: Way) -> [(UInt32, UInt32)] {
        let (a, b) = (draw.order[2 * pair], draw.order[2 * pair + 1])
        let (c, d) = (draw.order[2 * other], draw.order[2 * other + 1])
        return way == .second ? [(a, d), (c, b)] : [(a, c), (b, d)]
    }

    private mutating func exchange(_ pair: Int, _ other: Int, _ way: Way) {
        let (one, two) = places(pair, other, way)
        draw.order.swapAt(one, two)
        draw.reasons[pair] = .exchanged
        draw.reasons[other] = .exchanged
    }
}
