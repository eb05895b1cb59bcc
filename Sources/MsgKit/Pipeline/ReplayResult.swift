/// What became of a replay.
public struct ReplayResult: Sendable, Equatable {
    /// How many jobs were put back into the queue.
    public var replayed = 0
    /// What is no job and therefore stays.
    public var unreadable: [DeadLetter] = []
    /// Automatic messages that are none of the dead letters, as when they were replayed before.
    public var settled: [AutoMessage.ID] = []
    /// What is neither a dead letter nor an automatic message.
    public var unknown: [AutoMessage.ID] = []

    public init() {}
}
