import MsgKit

/// The job queue.
struct QueueEngine: Sendable {
    var jobs: any JobQueue
    var deadLetters: any DeadLetterQueue
    var probe: any HealthProbe
}
