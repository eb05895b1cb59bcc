import MsgTestKit
import Testing

@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: EngineURL.elasticsearch != nil, "It needs an Elasticsearch; start one with scripts/services."))
struct ConformanceTests {
    @Test(arguments: SearchIndexSuite.all)
    func search(_ rule: ConformanceCase<any SearchUnderTest>) async throws {
        try await TestIndex.check { try await rule.check($0) }
    }

    @Test(arguments: SearchMaintenanceSuite.all)
    func maintenance(_ rule: ConformanceCase<any SearchUnderTest>) async throws {
        try await TestIndex.check { try await rule.check($0) }
    }

    @Test(arguments: MessageAnalyticsSuite.all)
    func analytics(_ rule: ConformanceCase<any AnalyticsUnderTest>) async throws {
        try await TestIndex.check { try await rule.check($0) }
    }
}
