import Foundation
import MsgKit
import Testing

struct ConfigurationPoolsTests {
    private func load(_ yaml: String, environment: [String: String] = [:]) throws -> Configuration {
        try ConfigurationFolder(["config.yaml": yaml]).load(environment: environment)
    }

    @Test func withoutPoolsThereIsTheDefaultOne() throws {
        let settings = PipelineSettings(Configuration())
        #expect(settings.pools.map(\.name) == ["default"])
        #expect(settings.pool("default")?.weeklyLimit == 7)
        #expect(settings.pool("night") == nil)
    }

    @Test func aPoolHasWhatItSetsAndElseWhatAllHave() throws {
        let configuration = try load(
            """
            pools:
              night:
                plan: "0 14 * * MON-FRI"
                plan_ahead: 1
                grace: 2h
                window_start: "20:00"
                window_end: "23:30"
                time_zone: Europe/Berlin
                odd_user: skip
                avoid_rounds: 3
                avoid_days: 30
                weekly_limit: 2
                templates: ["Night, {receiver}"]
              quiet:
              turkish: {language: tr}
            schedule:
              time_zone: Asia/Tokyo
              avoid_rounds: 5
              grace: 6h
            """)
        let settings = PipelineSettings(configuration)
        #expect(settings.pools.map(\.name) == ["default", "night", "quiet", "turkish"])
        let tokyo = try #require(TimeZone(identifier: "Asia/Tokyo"))
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))

        let night = try #require(settings.pool("night"))
        #expect(night.window == SendWindow(start: 20 * 3600, end: 23 * 3600 + 1800, timeZone: berlin))
        #expect(try night.planning == Timetable("0 14 * * MON-FRI", in: berlin))
        #expect(night.planAhead == 1)
        #expect(night.grace == .seconds(7200))
        #expect(night.oddUser == .skip)
        #expect(night.avoidRounds == 3 && night.avoidDays == 30 && night.weeklyLimit == 2)
        #expect(night.templates.map(\.text) == ["Night, {receiver}"])

        let quiet = try #require(settings.pool("quiet"))
        #expect(quiet.window == SendWindow(start: 9 * 3600, end: 18 * 3600, timeZone: tokyo))
        #expect(try quiet.planning == Timetable("0 2 * * *", in: tokyo))
        #expect(quiet.planAhead == 0)
        #expect(quiet.grace == .seconds(6 * 3600))
        #expect(quiet.oddUser == .trio)
        #expect(quiet.avoidRounds == 5 && quiet.avoidDays == 0 && quiet.weeklyLimit == 7)
        #expect(quiet.templates == ShippedTemplates.all(in: .en))
        #expect(settings.pool("turkish")?.templates == ShippedTemplates.all(in: .tr))
        #expect(settings.defaultPool.avoidRounds == 5)
    }

    @Test func variablesOfTheScheduleReachThePoolsThatSetNothingElse() throws {
        let yaml = "pools:\n  night: {weekly_limit: 1}\n  day: {}\n"
        let pools = try load(yaml, environment: ["MSGCTL_SCHEDULE_WEEKLY_LIMIT": "4"]).pools
        #expect(pools.mapValues(\.weeklyLimit) == ["night": 1, "day": 4])
    }

    @Test func theOlderSpellingOfAllDoesNotHideWhatAPoolSays() throws {
        let pools = try load("schedule:\n  plan_at: \"03:15\"\npools:\n  a: {plan: \"@weekly\"}\n  b: {}\n").pools
        #expect(try pools["a"]?.planning == Timetable("@weekly", in: .gmt))
        #expect(try pools["b"]?.planning == Timetable("15 3 * * *", in: .gmt))
    }

    @Test func theDayPlannedIsThatOfTheRunInThePoolsZoneOrALaterOne() throws {
        var schedule = Configuration.Schedule()
        schedule.timeZone = "Pacific/Auckland"
        let instant = try #require(Date(iso8601: "2026-12-31T20:00:00Z"))
        #expect(PoolSettings("a", schedule).date(plannedAt: instant).description == "2027-01-01")
        schedule.planAhead = 2
        #expect(PoolSettings("a", schedule).date(plannedAt: instant).description == "2027-01-03")
    }

    @Test(arguments: [
        ("pools: []\n", #"config.yaml:1:8: pools: not a group of keys; write "key: value" lines"#),
        ("pools:\n  night: 1\n", #"config.yaml:2:10: pools.night: not a group of keys; write "key: value" lines"#),
        (
            "pools:\n  default: {}\n",
            "config.yaml:2:3: pools.default: default is the pool of everybody who is in no other; "
                + #"write its keys below "schedule:""#
        ),
        (
            "pools:\n  Night: {}\n",
            #"config.yaml:2:3: pools.Night: "Night" is not such a name; "#
                + "write 1 to 60 small letters, digits, - and _, a letter or digit first"
        ),
        (
            "pools:\n  night:\n    windows_end: 1\n",
            "config.yaml:3:5: pools.night.windows_end: unknown key; did you mean window_end?"
        ),
        (
            "pools:\n  night:\n    requeue_after: 1m\n",
            #"config.yaml:3:5: pools.night.requeue_after: unknown key; write it below "schedule:""#
        ),
        (
            "pools:\n  night:\n    weekly_limit: 8\n",
            #"config.yaml:3:19: pools.night.weekly_limit: "8" is out of range; write a whole number from 0 to 7"#
        ),
        (
            "pools:\n  night:\n    window_start: 19:00\n",
            "config.yaml:3:19: pools.night.window_end: 18:00 is not after window_start, which is 19:00; "
                + "write a later time of the same day"
        ),
        (
            "pools:\n  night:\n    plan: \"* * *\"\n",
            #"config.yaml:3:11: pools.night.plan: "* * *" has 3 fields; "#
                + "write five: minute, hour, day of the month, month, day of the week, such as 0 2 * * *"
        ),
    ])
    func whatIsWrongInAPoolIsToldWithItsPlace(yaml: String, complaint: String) throws {
        #expect(try ConfigurationFolder.complaints(yaml: yaml) == [complaint])
    }

    @Test func aHundredPoolsAreEnough() throws {
        func yaml(_ count: Int) -> String { "pools:\n" + (1...count).map { "  p\($0): {}\n" }.joined() }
        #expect(try load(yaml(100)).pools.count == 100)
        #expect(
            try ConfigurationFolder.complaints(yaml: yaml(101)) == [
                "config.yaml:2:3: pools: 101 pools are too many; write up to 100"
            ])
    }
}
