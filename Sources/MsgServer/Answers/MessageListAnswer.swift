import MsgKit

/// A stretch of a conversation and how to go on from it.
struct MessageListAnswer: Encodable, Sendable {
    struct Cursors: Encodable, Sendable {
        var limit: Int
        var hasOlder: Bool
        var hasNewer: Bool
        /// The value of `before` for the older ones; null when the stretch is empty.
        @Nullable var before: Message.ID?
        /// The value of `after` for the newer ones; null when the stretch is empty.
        @Nullable var after: Message.ID?
    }

    /// Oldest first.
    var data: [MessageAnswer]
    var pagination: Cursors

    init(_ page: MessagePage, senders: [User.ID: UserReference], limit: Int) {
        data = page.messages.map { MessageAnswer($0, sender: senders[$0.sender]) }
        pagination = Cursors(
            limit: limit, hasOlder: page.hasOlder, hasNewer: page.hasNewer, before: page.messages.first?.id,
            after: page.messages.last?.id)
    }
}
