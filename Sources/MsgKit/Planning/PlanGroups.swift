/// The pairings of a plan and their messages, by number. Pairings are numbered by their member with the lowest number,
/// so that what is stored in their order is stored in the order of ids.
struct PlanGroups: Sendable {
    /// Two for each pairing; the first writes to the second.
    private var members: [UInt32] = []
    private var reasons: [PairingReason] = []
    private var third: (group: Int, person: UInt32)?
    private let turns: Pairing.Turns

    /// - Parameters:
    ///   - participants: who was drawn, by their numbers among `people`.
    init(_ draw: PairingDraw, of participants: [UInt32], people: Int, turns: Pairing.Turns) {
        self.turns = turns
        members.reserveCapacity(2 * draw.count)
        reasons.reserveCapacity(draw.count)
        let nobody = UInt32.max
        var pairs = Array(repeating: nobody, count: people)
        for pair in 0..<draw.count {
            var lowest = min(draw.order[2 * pair], draw.order[2 * pair + 1])
            if let third = draw.third, third.pair == pair { lowest = min(lowest, third.person) }
            // The order among participants is that among all.
            pairs[Int(participants[Int(lowest)])] = UInt32(pair)
        }
        for pair in pairs where pair != nobody {
            if let third = draw.third, third.pair == Int(pair) {
                self.third = (reasons.count, participants[Int(third.person)])
            }
            members.append(participants[Int(draw.order[2 * Int(pair)])])
            members.append(participants[Int(draw.order[2 * Int(pair) + 1])])
            reasons.append(draw.reason(of: Int(pair)))
        }
    }

    var count: Int { reasons.count }

    var messageCount: Int { count + (third == nil ? 0 : 1) }

    /// Who writes stands before who reads.
    func members(of group: Int) -> [UInt32] {
        [members[2 * group], members[2 * group + 1]] + (third?.group == group ? third.map { [$0.person] } ?? [] : [])
    }

    func reason(of group: Int) -> PairingReason { reasons[group] }

    /// The numbers of a pairing's messages.
    func messages(of group: Int) -> Range<Int> {
        let first = group + (third.map { group > $0.group } ?? false ? 1 : 0)
        return first..<(first + (third?.group == group ? 2 : 1))
    }

    /// Who writes to whom in a message, and what its draws are numbered by.
    func message(_ number: Int) -> (sender: UInt32, receiver: UInt32, key: UInt64) {
        if let third, number == third.group + 1 {
            let sender = members[2 * third.group + (turns == .star ? 0 : 1)]
            return (sender, third.person, UInt64(2 * third.group + 1))
        }
        let group = number - (third.map { number > $0.group } ?? false ? 1 : 0)
        return (members[2 * group], members[2 * group + 1], UInt64(2 * group))
    }
}
