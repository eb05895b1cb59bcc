import Foundation
import MsgKit

/// Who takes part in a conversation and since when, as a stored document says.
struct Membership: Sendable {
    var participants: [User.ID]
    /// Of those who joined after it was made.
    var joined: [User.ID: Date]
    /// Counts the changes of who takes part; nil while there was none.
    var version: Int64?

    static let fields: BSONDocument = ["participants": 1, "joined": 1, "membership": 1]

    init(_ document: BSONDocument) throws {
        let reader = DocumentReader(document, in: .conversations)
        participants = try reader.ids("participants")
        version = try reader.integer("membership")
        joined = [:]
        for entry in try reader.readers("joined") {
            guard let user: User.ID = try entry.id("user"), let at = try entry.date("at") else { continue }
            joined[user] = at
        }
    }

    /// Who has not missed a message, but not read it either.
    func unread(_ message: Message) -> [User.ID] {
        guard !message.isDeleted else { return [] }
        return participants.filter { user in
            user != message.sender && joined[user].map { $0 <= message.createdAt } ?? true
                && !message.readBy.contains { $0.user == user }
        }
    }
}
