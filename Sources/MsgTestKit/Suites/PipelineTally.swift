/// What happened in runs of ``PipelineModel``, so that a test sees that all of it did.
public struct PipelineTally: Sendable, Equatable {
    public var sent = 0
    public var duplicates = 0
    public var retried = 0
    public var failed = 0
    public var requeued = 0
    public var replayed = 0
    /// Not queued, and not delivered, because they came too late.
    public var skipped = 0
    public var late = 0
    /// Deliveries that ended with their process or could not be settled.
    public var interrupted = 0
    public var crashes = 0
    /// Runs in which a dead letter or the queue's content was thrown away.
    public var losses = 0

    /// Whether everything has happened that can happen to a message.
    public var isComplete: Bool {
        [sent, duplicates, retried, failed, requeued, replayed, skipped, late, interrupted, crashes, losses].allSatisfy
        { $0 > 0 }
    }
}
