import Foundation
import MsgKit
import Testing

/// The rules of ``MessageAnalytics``.
public enum MessageAnalyticsSuite {
    public static let all: [ConformanceCase<any AnalyticsUnderTest>] = [
        .init("without messages there is nothing to count", empty),
        .init("a summary counts messages, people and conversations", summary),
        .init("a span includes its beginning and not its end", span),
        .init("a deleted message does not count", deletion),
        .init("messages are counted by the days of a time zone", days),
        .init("a day may have 23 or 25 hours", summerTime),
        .init("of the first and the last day only what lies in the span counts", partsOfDays),
        .init("the top has the greatest counts first, of equals the smaller ids", top),
        .init("the top is as long as asked for", topLimit),
    ]

    private static let wide = (
        from: Fixtures().start.later(by: .seconds(-86_400)), to: Fixtures().start.later(by: .seconds(300 * 86_400))
    )

    private static func instant(_ text: String) throws -> Date { try #require(Date(iso8601: text)) }

    private static func date(_ text: String) throws -> PlanDate { try #require(PlanDate(text)) }

    private static func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }

    private static func deleted(_ message: Message) -> Message {
        var message = message
        message.content = ""
        message.isDeleted = true
        message.deletedAt = message.createdAt.later(by: .seconds(1))
        message.updatedAt = message.createdAt.later(by: .seconds(1))
        return message
    }

    private static func automatic(_ message: Message) -> Message {
        var message = message
        message.messageType = .auto
        return message
    }

    private static func empty(_ backend: any AnalyticsUnderTest) async throws {
        let (from, to) = wide
        #expect(
            try await backend.analytics.summary(from: from, to: to)
                == AnalyticsSummary(messages: 0, automatic: 0, senders: 0, conversations: 0))
        #expect(try await backend.analytics.messagesPerDay(from: from, to: to, timeZone: .gmt) == [])
        #expect(
            try await backend.analytics.top(from: from, to: to, limit: 10) == AnalyticsTop(users: [], conversations: [])
        )
    }

    private static func summary(_ backend: any AnalyticsUnderTest) async throws {
        let make = Fixtures()
        let people: [User.ID] = (0..<3).map { _ in make.id() }
        let chats: [Conversation.ID] = (0..<2).map { _ in make.id() }
        try await backend.know([
            make.message(by: people[0], in: chats[0]), make.message(by: people[0], in: chats[1]),
            make.message(by: people[1], in: chats[0]), automatic(make.message(by: people[2], in: chats[1])),
            automatic(make.message(by: people[0], in: chats[0])),
        ])
        #expect(
            try await backend.analytics.summary(from: wide.from, to: wide.to)
                == AnalyticsSummary(messages: 5, automatic: 2, senders: 3, conversations: 2))
    }

    private static func span(_ backend: any AnalyticsUnderTest) async throws {
        let make = Fixtures()
        let (chat, person): (Conversation.ID, User.ID) = (make.id(), make.id())
        try await backend.know((0..<4).map { make.message(by: person, in: chat, at: make.instant(.seconds($0))) })
        let found = try await backend.analytics.summary(from: make.instant(.seconds(1)), to: make.instant(.seconds(3)))
        #expect(found.messages == 2)
        let top = try await backend.analytics.top(
            from: make.instant(.seconds(3)), to: make.instant(.seconds(3)).later(by: .milliseconds(1)), limit: 5)
        #expect(top.users.map(\.messages) == [1])
        let none = try await backend.analytics.summary(from: make.instant(.seconds(4)), to: wide.to)
        #expect(none == AnalyticsSummary(messages: 0, automatic: 0, senders: 0, conversations: 0))
    }

    private static func deletion(_ backend: any AnalyticsUnderTest) async throws {
        let make = Fixtures()
        let (chat, person): (Conversation.ID, User.ID) = (make.id(), make.id())
        let messages = (0..<3).map { _ in make.message(by: person, in: chat) }
        try await backend.know(messages)
        try await backend.know([deleted(messages[1])])
        let (from, to) = wide
        #expect(try await backend.analytics.summary(from: from, to: to).messages == 2)
        let perDay = try await backend.analytics.messagesPerDay(from: from, to: to, timeZone: .gmt)
        #expect(perDay.map(\.messages) == [2])
        let top = try await backend.analytics.top(from: from, to: to, limit: 5)
        #expect(top.users == [.init(id: person, messages: 2)])
        #expect(top.conversations == [.init(id: chat, messages: 2)])
        try await backend.know([deleted(messages[0]), deleted(messages[2])])
        #expect(
            try await backend.analytics.summary(from: from, to: to)
                == AnalyticsSummary(messages: 0, automatic: 0, senders: 0, conversations: 0))
    }

    private static func days(_ backend: any AnalyticsUnderTest) async throws {
        let make = Fixtures()
        let (chat, person): (Conversation.ID, User.ID) = (make.id(), make.id())
        let instants = [
            "2026-03-01T20:59:59.999Z", "2026-03-01T21:00:00.000Z", "2026-03-01T23:59:59.999Z",
            "2026-03-02T00:00:00.000Z", "2026-03-05T12:00:00.000Z",
        ]
        let messages = try instants.map { make.message(by: person, in: chat, at: try instant($0)) }
        try await backend.know(messages.dropLast() + [automatic(messages[4])])
        let (from, to) = (try instant("2026-02-01T00:00:00Z"), try instant("2026-04-01T00:00:00Z"))
        let inLondon = try await backend.analytics.messagesPerDay(from: from, to: to, timeZone: .gmt)
        #expect(
            inLondon == [
                DayCount(date: try date("2026-03-01"), messages: 3, automatic: 0),
                DayCount(date: try date("2026-03-02"), messages: 1, automatic: 0),
                DayCount(date: try date("2026-03-05"), messages: 1, automatic: 1),
            ])
        let inIstanbul = try await backend.analytics.messagesPerDay(
            from: from, to: to, timeZone: try zone("Europe/Istanbul"))
        #expect(inIstanbul.map(\.messages) == [1, 3, 1], "its days begin three hours earlier")
        #expect(inIstanbul.map(\.date.description) == ["2026-03-01", "2026-03-02", "2026-03-05"])
        let inLosAngeles = try await backend.analytics.messagesPerDay(
            from: from, to: to, timeZone: try zone("America/Los_Angeles"))
        #expect(inLosAngeles.map(\.messages) == [4, 1])
    }

    private static func summerTime(_ backend: any AnalyticsUnderTest) async throws {
        let make = Fixtures()
        let (chat, person): (Conversation.ID, User.ID) = (make.id(), make.id())
        // In Berlin the 29th of March 2026 has 23 hours, the 25th of October 25.
        let instants = [
            "2026-03-28T22:59:59.999Z", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z",
            "2026-03-29T22:00:00.000Z", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z",
            "2026-10-25T23:00:00.000Z",
        ]
        try await backend.know(try instants.map { make.message(by: person, in: chat, at: try instant($0)) })
        let found = try await backend.analytics.messagesPerDay(
            from: try instant("2026-01-01T00:00:00Z"), to: try instant("2026-12-01T00:00:00Z"),
            timeZone: try zone("Europe/Berlin"))
        #expect(
            found.map(\.date.description) == [
                "2026-03-28", "2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26",
            ])
        #expect(found.map(\.messages) == [1, 2, 1, 2, 1])
    }

    private static func partsOfDays(_ backend: any AnalyticsUnderTest) async throws {
        let make = Fixtures()
        let (chat, person): (Conversation.ID, User.ID) = (make.id(), make.id())
        let hours = try (0..<72).map { hour in
            make.message(
                by: person, in: chat, at: try instant("2026-05-01T00:00:00Z").later(by: .seconds(hour * 3600)))
        }
        try await backend.know(hours)
        let found = try await backend.analytics.messagesPerDay(
            from: try instant("2026-05-01T20:00:00Z"), to: try instant("2026-05-03T02:00:00Z"), timeZone: .gmt)
        #expect(found.map(\.messages) == [4, 24, 2])
    }

    private static func top(_ backend: any AnalyticsUnderTest) async throws {
        let make = Fixtures()
        let people: [User.ID] = (0..<4).map { _ in make.id() }
        let chats: [Conversation.ID] = (0..<4).map { _ in make.id() }
        var messages: [Message] = []
        for (number, count) in [1, 4, 2, 2].enumerated() {
            for _ in 0..<count { messages.append(make.message(by: people[number], in: chats[3 - number])) }
        }
        try await backend.know(messages)
        let found = try await backend.analytics.top(from: wide.from, to: wide.to, limit: 10)
        #expect(
            found.users == [
                .init(id: people[1], messages: 4), .init(id: people[2], messages: 2),
                .init(id: people[3], messages: 2), .init(id: people[0], messages: 1),
            ])
        #expect(
            found.conversations == [
                .init(id: chats[2], messages: 4), .init(id: chats[0], messages: 2), .init(id: chats[1], messages: 2),
                .init(id: chats[3], messages: 1),
            ])
    }

    private static func topLimit(_ backend: any AnalyticsUnderTest) async throws {
        let make = Fixtures()
        let chat: Conversation.ID = make.id()
        let people: [User.ID] = (0..<30).map { _ in make.id() }
        try await backend.know(
            people.enumerated().flatMap { number, person in
                (0...number).map { _ in make.message(by: person, in: chat) }
            })
        let found = try await backend.analytics.top(from: wide.from, to: wide.to, limit: 3)
        #expect(found.users.map(\.id) == [people[29], people[28], people[27]])
        #expect(found.users.map(\.messages) == [30, 29, 28])
        #expect(found.conversations == [.init(id: chat, messages: 465)])
    }
}
