import MsgKit
import Synchronization

/// The names and arguments of all queues.
///
/// A job that waits for a retry lies in the queue of its delay, or of the next longer one, whose messages the broker moves
/// to the sending queue when they are that old. One whose pause is shorter says so itself (`expiration`). Only the oldest
/// message of a queue can end its time, so that a shorter pause may be drawn out, to its queue's delay at most; hence a
/// queue per delay.
final class QueueTopology: Sendable {
    let sending: String
    let deadLetters: String
    private let prefix: String
    private let type: RabbitMQOptions.QueueType
    private let maximumRetryQueues: Int
    /// The delays in milliseconds for which there are queues, as far as this process knows.
    private let delays: Mutex<Set<Int64>>

    /// The longest delay, in milliseconds, that the broker takes.
    private static let maximumDelay: Int64 = 4_294_967_295

    init(_ options: RabbitMQOptions) {
        prefix = options.prefix
        type = options.queueType
        maximumRetryQueues = max(1, options.maximumRetryQueues)
        sending = options.prefix + "message_sending_queue"
        deadLetters = options.prefix + "message_dlq_queue"
        delays = Mutex(Set(options.retryDelays.map(Self.milliseconds).filter { $0 > 0 }))
    }

    /// All queues that are known of: the sending queue, the dead letters, then the retry queues.
    var declarations: [QueueDeclaration] {
        [declaration(sending), declaration(deadLetters)] + delays.withLock { $0.sorted() }.map { retryQueue($0) }
    }

    var sendingQueue: QueueDeclaration { declaration(sending) }
    var deadLetterQueue: QueueDeclaration { declaration(deadLetters) }

    /// Held by the one process that works on the dead letters.
    var deadLetterLock: QueueDeclaration { QueueDeclaration(name: deadLetters + ".lock", isExclusive: true) }

    /// Where a message waits for a delay, after how many milliseconds it has to say that it is over (nil: the queue does),
    /// and whether that queue is known to be there; nil for no delay.
    func retryQueue(for delay: Duration) -> (queue: QueueDeclaration, expiration: Int64?, isKnown: Bool)? {
        let wanted = Self.milliseconds(delay)
        guard wanted > 0 else { return nil }
        return delays.withLock { delays in
            if let enough = delays.filter({ $0 >= wanted }).min() {
                return (retryQueue(enough), enough > wanted ? wanted : nil, true)
            }
            guard delays.count >= maximumRetryQueues else { return (retryQueue(wanted), nil, false) }
            return (retryQueue(delays.max() ?? wanted), nil, true)
        }
    }

    /// The queue of a delay is there, and is to be made again with the others from now on.
    func remember(delay: Duration) {
        delays.withLock { delays in _ = delays.insert(Self.milliseconds(delay)) }
    }

    private func retryQueue(_ delay: Int64) -> QueueDeclaration {
        declaration(
            prefix + "message_retry_queue.\(delay)",
            [
                "x-message-ttl": .integer(delay), "x-dead-letter-exchange": .text(""),
                "x-dead-letter-routing-key": .text(sending),
            ])
    }

    private func declaration(_ name: String, _ arguments: [String: HeaderValue] = [:]) -> QueueDeclaration {
        var arguments = arguments
        if type == .quorum {
            arguments["x-queue-type"] = .text("quorum")
            // RabbitMQ 4 drops what came back 20 times, and looking at a dead letter is to take it and give it back.
            arguments["x-delivery-limit"] = .integer(1_000_000_000)
        }
        return QueueDeclaration(name: name, arguments: arguments)
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        guard seconds < maximumDelay / 1000 else { return maximumDelay }
        // Upwards: a retry must not come before its time.
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
