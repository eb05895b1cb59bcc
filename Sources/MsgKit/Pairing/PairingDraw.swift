/// Pairs as they were drawn: everybody is in one of them, or left out with a cause.
public struct PairingDraw: Sendable, Equatable {
    /// Who is the third of a pair.
    struct Third: Sendable, Equatable {
        var person: UInt32
        /// The pair's place.
        var pair: Int
        /// Why the third is with the others.
        var reason: PairingReason
    }

    /// Somebody without a pair.
    public struct Unpaired: Sendable, Equatable {
        public var person: UInt32
        public var cause: LeftOut.Cause
    }

    /// Pairs, at 2i and 2i + 1; the first writes.
    var order: [UInt32] = []
    /// Of each pair.
    var reasons: [PairingReason] = []
    var third: Third?
    public internal(set) var unpaired: [Unpaired] = []

    /// How many pairs there are; one of them may be of three people.
    public var count: Int { order.count / 2 }

    /// The members of a pair, who writes before who reads.
    public func members(of pair: Int) -> [UInt32] {
        order[(2 * pair)..<(2 * pair + 2)] + (third?.pair == pair ? third.map { [$0.person] } ?? [] : [])
    }

    /// Why a pair's members are together; of three the worst that holds for any two of them.
    public func reason(of pair: Int) -> PairingReason {
        guard let third, third.pair == pair else { return reasons[pair] }
        let both = [reasons[pair], third.reason]
        return both.contains(.repeated) ? .repeated : both.contains(.exchanged) ? .exchanged : .drawn
    }

    /// Draws pairs: everybody once, nobody with whom they must not be, and with somebody they met lately only when it
    /// can't be helped. The same rules and numbers draw the same.
    ///
    /// Up to ``BestPairing/maximumPeople`` the fewest repeats are certain for pairs and the double turn; with a trio up
    /// to ``BestPairing/maximumTrio``. More people practically never need it: while more than twice as many pairs as
    /// anybody has forbidden partners are there, exchanges find a free place for all.
    public static func draw(_ rules: PairingRules, using generator: inout SeededGenerator) -> PairingDraw {
        var people = Array(0..<UInt32(clamping: rules.count))
        generator.shuffle(&people)
        guard people.count > 1 else {
            return PairingDraw(unpaired: people.map { Unpaired(person: $0, cause: .alone) })
        }
        guard !people.count.isMultiple(of: 2) else { return pairs(of: people, rules, using: &generator) }
        switch rules.odd {
        case .skip: return resting(people, rules, using: &generator)
        case .trio, .double:
            let aside = people.removeLast()
            return pairs(of: people, and: aside, rules, using: &generator)
        }
    }

    /// The first in the order of rest without whom nobody meets again rests.
    private static func resting(
        _ people: [UInt32], _ rules: PairingRules, using generator: inout SeededGenerator
    ) -> PairingDraw {
        // Who never rested in the order of the draw, then who rested longest ago.
        var latest: [UInt32: Int] = [:]
        for (round, person) in rules.rested.enumerated() where latest[person] == nil { latest[person] = round }
        let fresh = people.reversed().filter { latest[$0] == nil }
        let order =
            fresh + people.filter { latest[$0] != nil }.sorted { latest[$0, default: 0] > latest[$1, default: 0] }
        var best: (draw: PairingDraw, cost: (Int, Int))?
        // Among many there is no need to try another.
        for rester in order.prefix(people.count <= BestPairing.maximumPeople ? people.count : 1) {
            var draw = pairs(of: people.filter { $0 != rester }, rules, using: &generator)
            let cost = (draw.unpaired.count, draw.reasons.count { $0 == .repeated })
            draw.unpaired.append(Unpaired(person: rester, cause: .rest))
            if best.map({ cost < $0.cost }) ?? true { best = (draw, cost) }
            if cost == (0, 0) { break }
        }
        return best?.draw ?? PairingDraw()
    }

    private static func pairs(
        of people: [UInt32], and aside: UInt32? = nil, _ rules: PairingRules, using generator: inout SeededGenerator
    ) -> PairingDraw {
        var exchange = PairExchange(people, rules)
        exchange.repair(using: &generator)
        let third = aside.flatMap { exchange.place($0, using: &generator) }
        let isWhole = aside == nil || third != nil
        if isWhole, exchange.isFree { return exchange.draw(with: third) }
        if people.count + (aside == nil ? 0 : 1) <= BestPairing.maximumPeople {
            return BestPairing(people + (aside.map { [$0] } ?? []), rules).draw(using: &generator)
        }
        return exchange.compromise(with: aside)
    }
}
