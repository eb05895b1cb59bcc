import Foundation
import MsgKit
import MsgTestKit
import Testing

@Suite struct UserPauseTests {
    @Test(arguments: [
        ("2026-01-31", "2026-02-01", true), ("2026-02-01", "2026-02-01", false), ("2026-02-02", "2026-02-01", false),
        ("2025-12-31", "2026-01-01", true), ("2026-12-31", "2026-02-01", false),
    ])
    func aPauseLastsUntilItsLastDayIsOver(today: String, until: String, isPaused: Bool) throws {
        let (today, until) = (try #require(PlanDate(today)), try #require(PlanDate(until)))
        var user = Fixtures().user("ada")
        #expect(!user.isPaused(on: today))
        user.pausedUntil = until
        #expect(user.isPaused(on: today) == isPaused)
        #expect(PlanCandidate(id: user.id, username: "ada", pausedUntil: until).isPaused(on: today) == isPaused)
    }

    @Test func datesAreInOrder() {
        let dates = (0..<800).map { PlanDate(daysSince1970: 19_000 + $0) }
        #expect(dates.shuffled().sorted() == dates)
    }
}
