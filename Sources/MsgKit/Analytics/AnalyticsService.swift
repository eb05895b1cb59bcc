import Foundation

/// What administrators learn of how the service is used.
public struct AnalyticsService: Sendable {
    /// How long a span may be, in days of 24 hours.
    public static let maximumDays = 366
    /// How long a span is when nothing is said about it.
    private static let usualDays = 30

    private let analytics: any MessageAnalytics
    private let users: any UserStore
    private let clock: any WallClock

    public init(analytics: any MessageAnalytics, users: any UserStore, clock: any WallClock) {
        self.analytics = analytics
        self.users = users
        self.clock = clock
    }

    /// - Parameters:
    ///   - from: nil for 30 days before `to`.
    ///   - to: nil for now; not included.
    /// - Throws: ``ErrorCode/forbidden`` unless the principal is an administrator; ``ErrorCode/validationFailed`` for a
    ///   span that is empty or longer than ``maximumDays``.
    public func summary(from: Date?, to: Date?, for principal: Principal) async throws -> AnalyticsSummary {
        let span = try span(from, to, for: principal)
        return try await analytics.summary(from: span.lowerBound, to: span.upperBound)
    }

    /// Every day of the calendar in a time zone that the span touches, the earliest first, those without messages
    /// included.
    /// - Throws: as ``summary(from:to:for:)``.
    public func messagesPerDay(
        from: Date?, to: Date?, timeZone: TimeZone, for principal: Principal
    ) async throws -> [DayCount] {
        let span = try span(from, to, for: principal)
        let counted = try await analytics.messagesPerDay(
            from: span.lowerBound, to: span.upperBound, timeZone: timeZone)
        let byDate = Dictionary(counted.map { ($0.date, $0) }, uniquingKeysWith: { first, _ in first })
        return CalendarDay.days(in: span, timeZone: timeZone).map { day in
            byDate[day.date] ?? DayCount(date: day.date, messages: 0, automatic: 0)
        }
    }

    /// The people and conversations with the most messages, at most `limit` of each.
    /// - Parameter limit: 1 to ``AnalyticsTop/maximumLimit``.
    /// - Throws: as ``summary(from:to:for:)``.
    public func top(from: Date?, to: Date?, limit: Int, for principal: Principal) async throws -> TopListing {
        let span = try span(from, to, for: principal)
        guard (1...AnalyticsTop.maximumLimit).contains(limit) else {
            throw MsgError.invalid(
                "limit", "A number from 1 to \(AnalyticsTop.maximumLimit) would be right.", in: .query)
        }
        let top = try await analytics.top(from: span.lowerBound, to: span.upperBound, limit: limit)
        let people = try await users.users(top.users.map(\.id))
        let names = Dictionary(people.map { ($0.id, $0.reference) }, uniquingKeysWith: { first, _ in first })
        return TopListing(
            users: top.users.map { TopListing.Sender(id: $0.id, user: names[$0.id], messages: $0.messages) },
            conversations: top.conversations)
    }

    private func span(_ from: Date?, _ to: Date?, for principal: Principal) throws -> Range<Date> {
        try principal.require(.admin)
        let end = to ?? clock.now
        let start = from ?? end.addingTimeInterval(-Double(Self.usualDays) * 86_400)
        guard start < end else {
            throw MsgError.invalid("from", "The span has to begin before it ends.", in: .query)
        }
        guard end.timeIntervalSince(start) <= Double(Self.maximumDays) * 86_400 else {
            throw MsgError.invalid("from", "The span may be at most \(Self.maximumDays) days long.", in: .query)
        }
        return start..<end
    }
}
