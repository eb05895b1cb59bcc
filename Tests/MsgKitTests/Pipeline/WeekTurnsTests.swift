import Testing

@testable import MsgKit

struct WeekTurnsTests {
    /// All that can be of the six days before and the six after.
    @Test func theFullestSevenDaysCountOfWhateverIsPlanned() {
        let around = (-6...6).filter { $0 != 0 }
        for choice in 0..<(1 << around.count) {
            let planned = around.indices.filter { choice >> $0 & 1 == 1 }.map { around[$0] }
            var turns = WeekTurns()
            for day in planned { turns.note(day) }
            let weeks = (-6...0).map { first in planned.filter { (first...(first + 6)).contains($0) }.count }
            #expect(turns.most == weeks.max(), "\(planned)")
        }
    }

    @Test func neitherTheDayItselfNorDaysFurtherAwayCount() {
        var turns = WeekTurns()
        for day in [0, -7, 7, 60, Int.min, Int.max] { turns.note(day) }
        #expect(turns == WeekTurns() && turns.most == 0)
        for _ in 0..<2 { turns.note(-6) }
        #expect(turns.most == 1, "a day counts once")
    }
}
