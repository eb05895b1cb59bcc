/// An index that was begun beside the live one and not put in its place yet.
public struct UnfinishedRebuild: Sendable, Equatable {
    /// The greatest id of the messages that it holds; nil when it is empty.
    public var last: Message.ID?
    /// How many messages it holds.
    public var count: Int

    public init(last: Message.ID?, count: Int) {
        self.last = last
        self.count = count
    }
}
