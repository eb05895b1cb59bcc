import MsgTestKit
import Testing

@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct ConformanceMessagesTests {
    @Test(arguments: TestServer.all, MessageStoreSuite.all)
    func messages(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, MessageHistorySuite.all)
    func history(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, MessageReadingSuite.all)
    func reading(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, MessageChangeFeedSuite.all)
    func changeFeed(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, MessageModelSuite.all)
    func model(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }
}
