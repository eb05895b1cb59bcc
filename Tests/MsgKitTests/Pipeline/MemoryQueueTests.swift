import MsgKit
import MsgTestKit
import Testing

/// The queue and the leases in memory keep the rules of their roles.
@Suite(.timeLimit(.minutes(3)))
struct MemoryQueueTests {
    private struct Backend: QueueUnderTest, LeasesUnderTest {
        let visibilityTimeout: Duration
        let retryDelay = Duration.milliseconds(150)
        let memory: MemoryJobQueue
        let memoryLeases = MemoryLeases()

        init(visibilityTimeout: Duration = .seconds(60)) {
            self.visibilityTimeout = visibilityTimeout
            memory = MemoryJobQueue(clock: SystemClock(), visibilityTimeout: visibilityTimeout)
        }

        var queue: any JobQueue { memory }
        var deadLetters: any DeadLetterQueue { memory.deadLetters }
        var leases: any LeaseStore { memoryLeases }

        func another() async throws -> Backend { self }
        func release() async throws {}
    }

    @Test(arguments: JobQueueSuite.all)
    func queue(_ rule: ConformanceCase<any QueueUnderTest>) async throws { try await rule.check(Backend()) }

    @Test(arguments: JobRedeliverySuite.all)
    func redelivery(_ rule: ConformanceCase<any QueueUnderTest>) async throws {
        try await rule.check(Backend(visibilityTimeout: .seconds(1)))
    }

    @Test(arguments: DeadLetterQueueSuite.all)
    func deadLetters(_ rule: ConformanceCase<any QueueUnderTest>) async throws { try await rule.check(Backend()) }

    @Test(arguments: LeaseStoreSuite.all)
    func leases(_ rule: ConformanceCase<any LeasesUnderTest>) async throws { try await rule.check(Backend()) }
}
