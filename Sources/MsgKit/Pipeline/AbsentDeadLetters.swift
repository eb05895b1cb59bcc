/// Of dead letters that were named by id those that an operation has nothing to do with, by why; each in the order of ids.
public struct AbsentDeadLetters: Sendable, Equatable {
    /// There, but they don't meet the other conditions.
    public var unmatched: [AutoMessage.ID] = []
    /// There and meant, but no jobs, so that they can't be replayed.
    public var unreadable: [DeadLetter] = []
    /// Automatic messages that are none of the dead letters, as when they were replayed before.
    public var settled: [AutoMessage.ID] = []
    /// Neither a dead letter nor an automatic message.
    public var unknown: [AutoMessage.ID] = []

    public init() {}
}
