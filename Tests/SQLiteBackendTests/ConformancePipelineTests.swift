import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConformancePipelineTests {
    @Test(arguments: AutoMessageStoreSuite.all)
    func autoMessages(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: PlanStoreSuite.all)
    func plans(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: PlanHistorySuite.all)
    func planHistory(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: PhaseRunStoreSuite.all)
    func phaseRuns(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: WorkerBoardSuite.all)
    func workers(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

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

    @Test(arguments: LeaseStoreSuite.all)
    func leases(_ rule: ConformanceCase<any LeasesUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }
}
