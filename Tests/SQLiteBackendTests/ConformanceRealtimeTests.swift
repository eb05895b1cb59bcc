import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConformanceRealtimeTests {
    @Test(arguments: EventBusSuite.all)
    func bus(_ rule: ConformanceCase<any BusUnderTest>) async throws {
        try await ConformanceBackend.check { try await rule.check($0) }
    }
}
