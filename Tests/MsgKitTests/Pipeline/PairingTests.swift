import Testing

@testable import MsgKit

struct PairingTests {
    private let people = (0..<3).map { PlanMember(id: User.ID(high: 0, low: UInt32($0)), username: "user_\($0)") }

    private func turns(_ pairing: Pairing) -> [[UInt32]] {
        pairing.messages.map { [$0.sender.id.low, $0.receiver.id.low] }
    }

    @Test(arguments: [Pairing.Turns.chain, .star])
    func aPairHasOneMessage(turns: Pairing.Turns) {
        #expect(self.turns(Pairing(members: Array(people.prefix(2)), turns: turns)) == [[0, 1]])
    }

    @Test func ofATrioEachWritesToTheNext() {
        #expect(turns(Pairing(members: people)) == [[0, 1], [1, 2]])
    }

    @Test func inADoubleTurnTheFirstWritesToBoth() {
        #expect(turns(Pairing(members: people, turns: .star)) == [[0, 1], [0, 2]])
    }
}
