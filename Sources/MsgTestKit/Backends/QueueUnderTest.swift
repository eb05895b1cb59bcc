import MsgKit

/// A job queue with its dead letters.
public protocol QueueUnderTest: BackendUnderTest {
    /// After how long an unsettled delivery comes again; short, since the cases wait for it, but no less than what a
    /// busy machine needs between two calls: some 500 ms.
    var visibilityTimeout: Duration { get }
    /// A short delay that the queue keeps as it is.
    var retryDelay: Duration { get }

    var queue: any JobQueue { get }
    var deadLetters: any DeadLetterQueue { get }
}
