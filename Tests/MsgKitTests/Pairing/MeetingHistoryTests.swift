import Testing

@testable import MsgKit

struct MeetingHistoryTests {
    @Test func theNearestRoundCounts() throws {
        var history = MeetingHistory(people: 4)
        let newer = try #require(PlanDate("2026-01-31"))
        let older = try #require(PlanDate("2026-01-30"))
        #expect(history.lastMet(0, 1) == nil)
        _ = history.beginRound(of: newer)
        history.meet(0, 1)
        _ = history.beginRound(of: older)
        history.meet(1, 0)
        history.meet(2, 3)
        #expect(history.lastMet(0, 1) == 0 && history.lastMet(1, 0) == 0)
        #expect(history.lastMet(2, 3) == 1 && history.lastMet(0, 2) == nil)
        #expect(history.date(of: 0) == newer && history.date(of: 1) == older && history.date(of: 2) == nil)
    }

    @Test func ofATrioAllHaveMet() throws {
        var history = MeetingHistory(people: 5)
        _ = history.beginRound(of: try #require(PlanDate("2026-01-31")))
        for (one, other) in [(0, 1), (1, 2), (2, 0)] as [(UInt32, UInt32)] { history.meet(one, other) }
        for (one, other) in [(0, 1), (1, 2), (0, 2)] as [(UInt32, UInt32)] {
            #expect(history.lastMet(one, other) == 0 && history.lastMet(other, one) == 0)
        }
        #expect(history.lastMet(0, 3) == nil && history.lastMet(3, 4) == nil)
    }

    @Test func whoIsUnknownIsNotKept() {
        var history = MeetingHistory(people: 2)
        history.meet(0, 1)
        #expect(history.lastMet(0, 1) == nil, "no round has begun")
        _ = history.beginRound(of: PlanDate(daysSince1970: 0))
        history.meet(0, 2)
        history.meet(0, 0)
        #expect(history.lastMet(0, 1) == nil)
    }

    @Test func soManyRoundsAreKept() {
        var history = MeetingHistory(people: 2)
        for round in 0..<MeetingHistory.maximumRounds {
            _ = history.beginRound(of: PlanDate(daysSince1970: 1000 - round))
        }
        let isKept = history.beginRound(of: PlanDate(daysSince1970: 0))
        #expect(!isKept && history.rounds == 60)
    }
}
