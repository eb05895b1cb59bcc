import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConformanceMessagesTests {
    @Test(arguments: MessageStoreSuite.all)
    func messages(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: MessageHistorySuite.all)
    func history(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: MessageReadingSuite.all)
    func reading(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: MessageChangeFeedSuite.all)
    func changeFeed(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: MessageModelSuite.all)
    func model(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }
}
