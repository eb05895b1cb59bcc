import Foundation
import MsgKit
import Testing

struct CronExpressionTests {
    private func clock(_ expression: CronExpression) -> [String] {
        expression.times.map { "\($0 / 3600):\($0 / 60 % 60)" }
    }

    @Test(arguments: [
        ("5 4 * * *", ["4:5"]), ("05 04 * * *", ["4:5"]), ("0,30 9-11/2 * * *", ["9:0", "9:30", "11:0", "11:30"]),
        ("*/20 0 * * *", ["0:0", "0:20", "0:40"]), ("10-50/15 23 * * *", ["23:10", "23:25", "23:40"]),
        ("59 */8 * * *", ["0:59", "8:59", "16:59"]), ("0 22-23,0-2 * * *", ["0:0", "1:0", "2:0", "22:0", "23:0"]),
        ("1,1,1-2 5 * * *", ["5:1", "5:2"]), ("@daily", ["0:0"]), ("@Midnight", ["0:0"]), ("  0\t2   * * * ", ["2:0"]),
        ("0-59/59 7 * * *", ["7:0", "7:59"]),
    ])
    func timesOfDay(text: String, times: [String]) throws {
        #expect(try clock(CronExpression(text)) == times)
    }

    /// Of 2026-11: the 1st is a Sunday.
    @Test(arguments: [
        ("0 0 * * *", Array(1...30)), ("0 0 13 * *", [13]), ("0 0 */10 * *", [1, 11, 21]), ("0 0 31 * *", []),
        ("0 0 * * 0", [1, 8, 15, 22, 29]), ("0 0 * * 7", [1, 8, 15, 22, 29]), ("0 0 * * sun", [1, 8, 15, 22, 29]),
        ("0 0 * * Mon-wed", [2, 3, 4, 9, 10, 11, 16, 17, 18, 23, 24, 25, 30]),
        (
            "0 0 * * 5-7",
            [
                1, 6, 7, 8, 13, 14, 15, 20, 21, 22, 27, 28, 29,
            ]
        ),
        ("0 0 * nov *", Array(1...30)), ("0 0 * DEC *", []), ("0 0 1-5 JAN-NOV/10 *", [1, 2, 3, 4, 5]),
        // A day of either kind, unless one of the fields begins with a star.
        ("0 0 13 * FRI", [6, 13, 20, 27]), ("0 0 12 * FRI", [6, 12, 13, 20, 27]), ("0 0 */2 * MON", [9, 23]),
        ("0 0 2-9 * */2", [3, 5, 7, 8]), ("0 0 *,13 * FRI", [6, 13, 20, 27]), ("@monthly", [1]),
        ("@weekly", [1, 8, 15, 22, 29]), ("@yearly", []), ("@annually", []),
    ])
    func days(text: String, days: [Int]) throws {
        let expression = try CronExpression(text)
        let first = try #require(PlanDate("2026-11-01")).daysSince1970
        let dates = (0..<30).map { PlanDate(daysSince1970: first + $0) }
        #expect(dates.filter(expression.isDay).map(\.day) == days)
    }

    @Test func weekdaysOfSevenAreSundays() throws {
        #expect(try CronExpression("0 0 * * 1-7/2").isDay(#require(PlanDate("2026-11-01"))))
        #expect(try !CronExpression("0 0 * * 0-6/2").isDay(#require(PlanDate("2026-11-02"))))
    }

    @Test(arguments: [
        ("* * * * *", true), ("5 * * * *", true), ("0 0-23 * * *", true), ("@hourly", true), ("0 */2 * * *", false),
        ("0 1-23 * * *", false), ("@daily", false),
    ])
    func everyHourIsToldFromTimesOfDay(text: String, isEveryHour: Bool) throws {
        #expect(try CronExpression(text).isEveryHour == isEveryHour)
    }

    @Test(arguments: [
        ("", "no schedule; write five: minute, hour, day of the month, month, day of the week, such as 0 2 * * *"),
        (" \t ", "no schedule; write five: minute, hour, day of the month, month, day of the week, such as 0 2 * * *"),
        (
            "0 2 * *",
            #""0 2 * *" has 4 fields; "#
                + "write five: minute, hour, day of the month, month, day of the week, such as 0 2 * * *"
        ),
        (
            "0 0 2 * * *",
            #""0 0 2 * * *" has 6 fields; write five: minute, hour, day of the month, month, day of the week; "#
                + "there are none for seconds and years"
        ),
        ("60 2 * * *", #"minute: "60" is not from 0 to 59; write a number from 0 to 59"#),
        ("0 24 * * *", #"hour: "24" is not from 0 to 23; write a number from 0 to 23"#),
        ("0 2 0 * *", #"day: "0" is not from 1 to 31; write a number from 1 to 31"#),
        (
            "0 2 * 13 *",
            #"month: "13" is not from 1 to 12; write a number from 1 to 12 or a name from JAN to DEC"#
        ),
        (
            "0 2 * * 8",
            #"weekday: "8" is not from 0 to 7; write a number from 0 to 7 or a name from SUN to SAT"#
        ),
        ("0 MON * * *", #"hour: "MON" is not known; write a number from 0 to 23"#),
        ("0 2 JAN * *", #"day: "JAN" is not known; write a number from 1 to 31"#),
        ("0 2 ? * MON", "day: ? is not known; write * instead"),
        ("0 2 L * *", #"day: "L": L is not known; write the days as numbers, such as 1,15 or 1-7"#),
        ("0 2 15W * *", #"day: "15W": W is not known; write the days as numbers, such as 1,15 or 1-7"#),
        ("0 2 * * FRI#2", ##"weekday: "FRI#2": # is not known; write the days as numbers, such as 1,15 or 1-7"##),
        ("0 2 * * 5L", #"weekday: "5L": L is not known; write the days as numbers, such as 1,15 or 1-7"#),
        ("0 22-2 * * *", #"hour: "22-2" runs backwards; write 22-23,0-2"#),
        ("0 2 * * FRI-MON", #"weekday: "FRI-MON" runs backwards; write 5-6,0-1"#),
        ("0 2 * * FRI-SUN", #"weekday: "FRI-SUN" runs backwards; write 5-6,0"#),
        ("5/15 * * * *", "minute: a step needs a range; write 5-59/15"),
        ("*/0 * * * *", #"minute: "0" is no step; write a number from 1 to 59 after the /"#),
        ("*/60 * * * *", #"minute: "60" is no step; write a number from 1 to 59 after the /"#),
        ("*/ * * * *", #"minute: "" is no step; write a number from 1 to 59 after the /"#),
        ("*/2/2 * * * *", #"minute: "2/2" is no step; write a number from 1 to 59 after the /"#),
        ("1, * * * *", "minute: an empty place; write a number from 0 to 59, or *"),
        ("-5 * * * *", "minute: an empty place; write a number from 0 to 59, or *"),
        ("1-* * * * *", "minute: * is not the end of a range; write * alone or a number from 0 to 59"),
        ("+5 * * * *", #"minute: "+5" is not known; write a number from 0 to 59"#),
        ("５ * * * *", #"minute: "５" is not known; write a number from 0 to 59"#),
        ("1.5 * * * *", #"minute: "1.5" is not known; write a number from 0 to 59"#),
        (
            "99999999999999999999 * * * *",
            #"minute: "99999999999999999999" is not known; write a number from 0 to 59"#
        ),
        ("0 0 30 2 *", #""0 0 30 2 *" names days that no year has; write days that the months have"#),
        ("0 0 31 APR,JUN */2", #""0 0 31 APR,JUN */2" names days that no year has; write days that the months have"#),
        (
            "@reboot",
            "@reboot names no time; "
                + "write @yearly, @monthly, @weekly, @daily, @hourly, @every and a duration, or five fields"
        ),
        (
            "@fortnightly",
            #""@fortnightly" is not known; "#
                + "write @yearly, @monthly, @weekly, @daily, @hourly, @every and a duration, or five fields"
        ),
        (
            "@daily 5",
            #""@daily 5" is not known; "#
                + "write @yearly, @monthly, @weekly, @daily, @hourly, @every and a duration, or five fields"
        ),
        ("0 2 * * *\n", #"weekday: "*\n" is not known; write a number from 0 to 7 or a name from SUN to SAT"#),
        (
            "0 2 * * \u{1B}[2J",
            #"weekday: "\u{1B}[2J" is not known; write a number from 0 to 7 or a name from SUN to SAT"#
        ),
    ])
    func whatIsNoScheduleIsRefusedWithARemedy(text: String, complaint: String) {
        let problem = #expect(throws: CronProblem.self) { try CronExpression(text) }
        #expect(problem?.description == complaint)
    }

    @Test func lengthIsBounded() throws {
        let longest = "0 2 * * 1" + String(repeating: ",1", count: 123)
        #expect(longest.utf8.count == 255)
        _ = try CronExpression(longest)
        let problem = #expect(throws: CronProblem.self) { try CronExpression(longest + ",1") }
        #expect(problem?.description == "257 bytes are too long; write at most 256")
        #expect(throws: CronProblem.self) { try CronExpression(String(repeating: "*", count: 10_000_000)) }
    }

    @Test func leapDaysAreDays() throws {
        _ = try CronExpression("0 0 29 2 *")
        // Either kind of day will do, and one of them there is.
        _ = try CronExpression("0 0 30 2 MON")
    }

    @Test func aTimeOfDayIsEveryDay() throws {
        let time = try #require(TimeOfDay("02:30"))
        #expect(CronExpression.daily(at: time).text == "30 2 * * *")
        #expect(try CronExpression.daily(at: time) == CronExpression("30 2 * * *"))
        let withSeconds = CronExpression.daily(at: try #require(TimeOfDay("02:30:15")))
        #expect(withSeconds.times == [9015] && withSeconds.text == "02:30:15")
    }

    /// Nothing that is written can trap, and what is taken has a next time.
    @Test func anythingMayBeWritten() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        print("random schedules: seed \(seed)")
        let pieces = [
            "*", "/", "-", ",", " ", "0", "5", "7", "31", "59", "60", "999999999999", "MON", "feb", "L", "W", "#", "?",
            "@",
            "@every", "@daily", "90s", "1000000000000d", "é", "\u{0}", "\u{202E}", "\n", "2", "* * * *", " * ",
        ]
        for _ in 0..<5000 {
            let count = Int.random(in: 0...12, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let timetable = try? Timetable(text, in: .gmt) else { continue }
            let now = Date(timeIntervalSince1970: .random(in: -1e9...4e9, using: &random))
            #expect(timetable.next(after: now) != nil, "\(text.debugDescription), seed \(seed)")
        }
    }
}
