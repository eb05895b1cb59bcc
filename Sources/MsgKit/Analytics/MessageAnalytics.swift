import Foundation

/// Counts over the messages that are not deleted and were created in a span of time, `from` included and `to` not.
///
/// A span is at most ``AnalyticsService/maximumDays`` long. Answers may lag a little behind what was just sent. Every method throws ``ErrorCode/unavailable`` when the engine is
/// away.
public protocol MessageAnalytics: Sendable {
    /// How many messages there were, of how many people in how many conversations. From some ten thousand on, the
    /// numbers of people and of conversations may be off by a few percent.
    func summary(from: Date, to: Date) async throws -> AnalyticsSummary

    /// How many messages there were on each day of the calendar in a time zone, the earliest day first; days without
    /// any are left out. Of the first and the last day only what lies in the span counts.
    func messagesPerDay(from: Date, to: Date, timeZone: TimeZone) async throws -> [DayCount]

    /// Who wrote most and where most was written, the greatest counts first, of equals the smaller ids; at most `limit`
    /// of each. `limit` is at most ``AnalyticsTop/maximumLimit``.
    func top(from: Date, to: Date, limit: Int) async throws -> AnalyticsTop
}
