import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConformanceSearchTests {
    @Test(arguments: SearchIndexSuite.all)
    func search(_ rule: ConformanceCase<any SearchUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }

    @Test(arguments: SearchMaintenanceSuite.all)
    func maintenance(_ rule: ConformanceCase<any SearchUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }
}
