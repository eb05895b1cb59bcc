/// What came of storing a message.
public struct MessageInsertion: Sendable, Equatable {
    /// The stored one: the new message, or the earlier one with the same id or client's id.
    public var message: Message
    public var sender: UserReference
    /// False when an earlier one was found and nothing was stored.
    public var isNew: Bool
    /// Whether it is the conversation's oldest message, deleted ones counted.
    public var isFirst: Bool

    public init(message: Message, sender: UserReference, isNew: Bool, isFirst: Bool) {
        self.message = message
        self.sender = sender
        self.isNew = isNew
        self.isFirst = isFirst
    }
}
