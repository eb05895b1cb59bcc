import MsgKit

/// A job queue with its dead letters.
public protocol QueueUnderTest: BackendUnderTest {
    /// After how long an unsettled delivery comes again. For ``JobRedeliverySuite``, whose cases wait for it, a second
    /// or less; for the other suites, whose cases must not meet it on a busy machine, a minute.
    var visibilityTimeout: Duration { get }
    /// A short delay that the queue keeps as it is.
    var retryDelay: Duration { get }
    /// Whether the depth counts what other processes have in their hands; true unless the engine can't tell.
    var seesOthersDeliveries: Bool { get }

    var queue: any JobQueue { get }
    var deadLetters: any DeadLetterQueue { get }
}

extension QueueUnderTest {
    public var seesOthersDeliveries: Bool { true }
}
