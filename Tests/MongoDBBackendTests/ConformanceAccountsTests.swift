import MsgTestKit
import Testing

@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct ConformanceAccountsTests {
    @Test(arguments: TestServer.all, UserStoreSuite.all)
    func users(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, UserListingSuite.all)
    func userListing(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, ExclusionStoreSuite.all)
    func exclusions(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, SessionStoreSuite.all)
    func sessions(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }

    @Test(arguments: TestServer.all, SessionRotationSuite.all)
    func sessionRotation(_ server: TestServer, _ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await ConformanceBackend.check(server) { try await rule.check($0) }
    }
}
