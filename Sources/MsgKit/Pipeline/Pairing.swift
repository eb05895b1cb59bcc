/// Users who are planned together: two, or three when the number is odd.
public struct Pairing: Sendable, Equatable {
    /// Who writes to whom in a pairing of three.
    public enum Turns: Sendable {
        /// The first to the second, the second to the third: a trio.
        case chain
        /// The first to both others: a double turn.
        case star
    }

    /// Who writes stands before who reads.
    public var members: [PlanMember]
    public var turns: Turns
    public var reason: PairingReason
    /// The last day on which two of them met who meet again.
    public var lastMet: PlanDate?

    public init(
        members: [PlanMember], turns: Turns = .chain, reason: PairingReason = .drawn, lastMet: PlanDate? = nil
    ) {
        self.members = members
        self.turns = turns
        self.reason = reason
        self.lastMet = lastMet
    }

    /// One exchange of a pair, two of three people.
    public var messages: [(sender: PlanMember, receiver: PlanMember)] {
        members.indices.dropFirst().map { (members[turns == .star ? 0 : $0 - 1], members[$0]) }
    }
}
