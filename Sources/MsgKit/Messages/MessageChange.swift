/// That a message was stored or deleted, at its place in the order of all such changes.
public struct MessageChange: Sendable, Equatable {
    /// Opaque; later changes compare greater in the store that gave it.
    public var position: ChangePosition
    /// The message as it is now.
    public var message: Message

    public init(position: ChangePosition, message: Message) {
        self.position = position
        self.message = message
    }
}
