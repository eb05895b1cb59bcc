import Foundation
import MsgKit

/// A message's place in its conversation: by instant, then by id.
struct MessagePlace: Sendable, Comparable {
    var createdAt: Date
    var id: Message.ID

    init(createdAt: Date, id: Message.ID) {
        self.createdAt = createdAt
        self.id = id
    }

    init(_ message: Message) {
        self.init(createdAt: message.createdAt, id: message.id)
    }

    static func < (left: Self, right: Self) -> Bool { (left.createdAt, left.id) < (right.createdAt, right.id) }
}
