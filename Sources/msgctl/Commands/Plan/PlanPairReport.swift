import Foundation
import MsgKit

/// The JSON of a pairing.
struct PlanPairReport: Encodable {
    struct Member: Encodable {
        var id: User.ID
        var username: String
    }

    struct Message: Encodable {
        var senderId: User.ID
        var receiverId: User.ID
        var sendDate: Date
        var content: String
    }

    var number: Int
    var reason: PairingReason
    var lastMet: PlanDate?
    var members: [Member]
    /// Nil of a stored plan.
    var messages: [Message]?

    init(_ number: Int, _ pairing: Pairing, messages: [PlanDraft.Message]? = nil) {
        self.number = number
        reason = pairing.reason
        lastMet = pairing.lastMet
        members = pairing.members.map { Member(id: $0.id, username: $0.username) }
        self.messages = messages?.map {
            Message(senderId: $0.sender.id, receiverId: $0.receiver.id, sendDate: $0.sendDate, content: $0.content)
        }
    }
}
