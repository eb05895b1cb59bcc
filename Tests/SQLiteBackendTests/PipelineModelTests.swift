import MsgKit
import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PipelineModelTests {
    @Test(arguments: AutoMessageStoreSuite.all)
    func automaticMessagesInMemoryKeepTheRules(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check {
            try await rule.check(HybridRecords(base: $0, memory: MemoryAutoMessages()))
        }
    }

    /// Messages and people are in SQLite; what the state machine is about is in memory, new for each run.
    @Test func inMemory() async throws {
        let clock = FakeClock()
        try await ConformanceBackend.check(clock: clock) { base in
            func pipeline() -> PipelineUnderTest {
                let queue = MemoryJobQueue(clock: clock, visibilityTimeout: .seconds(60))
                return PipelineUnderTest(
                    HybridRecords(base: base, memory: MemoryAutoMessages()), clock: clock, queue: queue,
                    deadLetters: queue.deadLetters, leases: MemoryLeases())
            }
            try await PipelineModelSuite.check(pipeline(), runs: 2000) { _ in pipeline() }
        }
    }

    @Test func onSQLite() async throws {
        let clock = FakeClock()
        try await ConformanceBackend.check(clock: clock) { base in
            try await PipelineModelSuite.check(
                PipelineUnderTest(
                    base, clock: clock, queue: base.queue, deadLetters: base.deadLetters, leases: base.leases),
                runs: 30)
        }
    }
}
