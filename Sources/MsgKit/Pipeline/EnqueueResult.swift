/// What a run of queueing did.
public struct EnqueueResult: Sendable, Equatable, Codable {
    /// Messages that were due and are in the queue now.
    public var queued = 0
    /// Messages that were queued long ago without being sent, and are in the queue again.
    public var requeued = 0
    /// Messages that were due so long ago that they are not sent any more, and are dead letters now.
    public var skipped = 0

    public init() {}
}
