import MsgTestKit
import Testing

@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct ConformancePipelineTests {
    @Test(arguments: TestServer.all, AutoMessageStoreSuite.all)
    func autoMessages(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, WorkerBoardSuite.all)
    func workers(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, PlanStoreSuite.all)
    func plans(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, PlanHistorySuite.all)
    func planHistory(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, PhaseRunStoreSuite.all)
    func phaseRuns(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }
}
