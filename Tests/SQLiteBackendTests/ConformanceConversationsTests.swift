import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConformanceConversationsTests {
    @Test(arguments: DirectConversationSuite.all)
    func direct(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: GroupConversationSuite.all)
    func groups(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: ConversationDirectorySuite.all)
    func directory(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: UnreadCountSuite.all)
    func unreadCounts(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }
}
