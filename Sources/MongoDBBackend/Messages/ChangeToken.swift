import MsgKit

/// A place in the order of changes, and whose order it is.
struct ChangeToken: Sendable, Equatable, Comparable {
    var timestamp: BSONTimestamp
    var message: Message.ID

    static func < (left: Self, right: Self) -> Bool {
        (left.timestamp, left.message) < (right.timestamp, right.message)
    }

    /// `store.seconds.increment.message`.
    func position(in store: String) -> ChangePosition {
        ChangePosition(token: "\(store).\(timestamp.seconds).\(timestamp.increment).\(message)")
    }

    init(timestamp: BSONTimestamp, message: Message.ID) {
        self.timestamp = timestamp
        self.message = message
    }

    /// - Throws: ``ErrorCode/conflict`` when it is another store's.
    init(_ position: ChangePosition, in store: String) throws {
        let parts = position.token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == store, let seconds = UInt32(parts[1]), let increment = UInt32(parts[2]),
            let message = Message.ID(String(parts[3]))
        else {
            throw MsgError(.conflict, "The search index follows another database; run msgctl reindex.")
        }
        self.init(timestamp: BSONTimestamp(seconds: seconds, increment: increment), message: message)
    }

    /// The place of a message that was just read.
    init(_ document: BSONDocument) throws {
        let reader = DocumentReader(document, in: .messages)
        self.init(
            timestamp: try reader.required("changedAt", try reader.timestamp("changedAt")),
            message: try reader.required("_id", try reader.id("_id")))
    }
}
