import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConformanceAccountsTests {
    @Test(arguments: UserStoreSuite.all)
    func users(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: UserListingSuite.all)
    func userListing(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: ExclusionStoreSuite.all)
    func exclusions(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: SessionStoreSuite.all)
    func sessions(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: SessionRotationSuite.all)
    func sessionRotation(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: PresenceStoreSuite.all)
    func presence(_ rule: ConformanceCase<any PresenceUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }
}
