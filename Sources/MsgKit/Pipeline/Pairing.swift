import Algorithms

/// Users who are planned together: two, or three when the number is odd.
public struct Pairing: Sendable, Equatable {
    public var members: [PlanCandidate]

    /// Who writes to whom: the first to the second, and in a trio the second to the third.
    public var messages: [(sender: PlanCandidate, receiver: PlanCandidate)] {
        zip(members, members.dropFirst()).map { ($0, $1) }
    }

    /// Pairs up candidates at random: everybody is in one pairing. The last one of an odd number makes a trio, or stays
    /// out; a single candidate always does.
    public static func draw(
        from candidates: [PlanCandidate], odd: Configuration.Schedule.OddUser, using generator: inout SeededGenerator
    ) -> (pairings: [Pairing], leftOut: [PlanCandidate]) {
        var shuffled = candidates
        shuffled.shuffle(using: &generator)
        var leftOut: [PlanCandidate] = []
        var third: PlanCandidate?
        if !shuffled.count.isMultiple(of: 2), let last = shuffled.popLast() {
            if odd == .trio, !shuffled.isEmpty { third = last } else { leftOut.append(last) }
        }
        var pairings = shuffled.chunks(ofCount: 2).map { Pairing(members: Array($0)) }
        if let third { pairings[pairings.count - 1].members.append(third) }
        return (pairings, leftOut)
    }
}
