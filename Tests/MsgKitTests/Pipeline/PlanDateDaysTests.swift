import Foundation
import MsgKit
import Testing

struct PlanDateDaysTests {
    @Test(arguments: [
        ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-02-29", 11_016, 2), ("2000-03-01", 11_017, 3),
        ("2026-11-22", 20_779, 0), ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5),
    ])
    func aDayIsANumber(text: String, days: Int, weekday: Int) throws {
        let date = try #require(PlanDate(text))
        #expect(date.daysSince1970 == days)
        #expect(date.weekday == weekday)
        #expect(PlanDate(daysSince1970: days) == date)
    }

    @Test func everyDayOfFourHundredYearsIsTheOneAfterTheLast() throws {
        var last = try #require(PlanDate("1599-12-31"))
        for days in (-135_140)...10_957 {
            let date = PlanDate(daysSince1970: days)
            #expect(date.daysSince1970 == days)
            #expect(PlanDate(date.description) == date)
            #expect(date.weekday == (last.weekday + 1) % 7)
            last = date
        }
        #expect(last.description == "2000-01-01")
    }
}
