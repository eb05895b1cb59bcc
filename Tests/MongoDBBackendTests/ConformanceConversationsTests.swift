import MsgTestKit
import Testing

@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct ConformanceConversationsTests {
    @Test(arguments: TestServer.all, DirectConversationSuite.all)
    func direct(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, GroupConversationSuite.all)
    func groups(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, ConversationDirectorySuite.all)
    func directory(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, UnreadCountSuite.all)
    func unreadCounts(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }
}
