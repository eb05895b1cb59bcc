import Foundation
import MsgKit
import Testing

struct ConfigurationScheduleTests {
    private func schedule(_ lines: String...) throws -> Configuration.Schedule {
        let yaml = (["schedule:"] + lines.map { "  \($0)" }).joined(separator: "\n") + "\n"
        return try ConfigurationFolder(["config.yaml": yaml]).load().schedule
    }

    private func timetable(_ text: String, _ zone: String = "UTC") throws -> Timetable {
        try Timetable(text, in: try #require(TimeZone(identifier: zone)))
    }

    @Test func theDefaultsAreThoseOfCrontab() throws {
        #expect(try Configuration().schedule.planning == timetable("0 2 * * *"))
        #expect(try Configuration().schedule.queueing == timetable("@every 1m"))
    }

    @Test func timetablesAreReadInTheZoneOfTheSchedule() throws {
        let schedule = try schedule(#"plan: "30 2 * * MON-FRI""#, "time_zone: Europe/Berlin", #"enqueue: "* * * * *""#)
        #expect(try schedule.planning == timetable("30 2 * * MON-FRI", "Europe/Berlin"))
        #expect(try schedule.queueing == timetable("* * * * *", "Europe/Berlin"))
    }

    @Test func theOlderSpellingsCount() throws {
        let schedule = try schedule(#"plan_at: "03:15""#, "enqueue_interval: 30s", "time_zone: Asia/Kathmandu")
        #expect(try schedule.planning == timetable("15 3 * * *", "Asia/Kathmandu"))
        #expect(try schedule.queueing == timetable("@every 30s"))
    }

    @Test func anOlderSpellingWithoutAValueIsNone() throws {
        let schedule = try schedule(#"plan: "@daily""#, "plan_at: null", "enqueue_interval:")
        #expect(try schedule.planning == timetable("@daily"))
        #expect(try schedule.queueing == timetable("@every 1m"))
    }
}
