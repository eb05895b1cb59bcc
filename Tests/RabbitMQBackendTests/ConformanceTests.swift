import MsgKit
import MsgTestKit
import RabbitMQBackend
import Testing

@Suite(.rabbitMQ, .timeLimit(.minutes(3)))
struct ConformanceTests {
    @Test(arguments: JobQueueSuite.all)
    func queue(_ rule: ConformanceCase<any QueueUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: JobRedeliverySuite.all)
    func redelivery(_ rule: ConformanceCase<any QueueUnderTest>) async throws {
        try await ConformanceBackend.check(visibilityTimeout: .seconds(1)) { try await rule.check($0) }
    }

    @Test(arguments: DeadLetterQueueSuite.all)
    func deadLetters(_ rule: ConformanceCase<any QueueUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }
}

/// A backend on queues of its own.
final class ConformanceBackend: QueueUnderTest {
    let visibilityTimeout: Duration
    let retryDelay = Duration.milliseconds(150)
    let seesOthersDeliveries = false
    private let queues: TestQueues
    private let backend: RabbitMQBackend

    private init(_ queues: TestQueues, visibilityTimeout: Duration) throws {
        self.queues = queues
        self.visibilityTimeout = visibilityTimeout
        backend = try queues.open { $0.visibilityTimeout = visibilityTimeout }
    }

    static func check(
        visibilityTimeout: Duration = .seconds(60), _ rule: (ConformanceBackend) async throws -> Void
    ) async throws {
        try await TestQueues.with { try await rule(try ConformanceBackend($0, visibilityTimeout: visibilityTimeout)) }
    }

    func another() async throws -> ConformanceBackend {
        try ConformanceBackend(queues, visibilityTimeout: visibilityTimeout)
    }

    func release() async throws { await backend.close() }

    var queue: any JobQueue { backend.queue }
    var deadLetters: any DeadLetterQueue { backend.deadLetters }
}
