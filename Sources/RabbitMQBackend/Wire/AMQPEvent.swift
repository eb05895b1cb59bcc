/// What the broker says on the channel.
enum AMQPEvent: Sendable {
    case message(IncomingMessage)
    /// The answer to a basic.get of an empty queue.
    case nothingToGet
    /// Published messages up to `tag`, or only that one, are safe or were refused.
    case confirmed(tag: UInt64, multiple: Bool, isAccepted: Bool)
    /// A queue is there, with so many messages ready and so many consumers.
    case declared(queue: String, messages: Int, consumers: Int)
    case consuming
    case stoppedConsuming
    /// The broker took the consumer away, as when the queue is deleted.
    case consumerLost
    case purged(messages: Int)
    /// The broker takes no messages for now, or takes them again.
    case blocked(Bool)
    /// An answer that only says that something was done.
    case done
}
