import Foundation
import GRDB
import MsgKit

/// Counts over what the search index holds.
struct SQLiteMessageAnalytics: MessageAnalytics {
    private static let span = "generation = ? AND createdAt >= ? AND createdAt < ?"

    let database: SQLiteDatabase

    func summary(from: Date, to: Date) async throws -> AnalyticsSummary {
        try await database.read { db in
            let summary = try db.first(
                """
                SELECT count(*), coalesce(sum(messageType = 'auto'), 0), count(DISTINCT sender),
                    count(DISTINCT conversation)
                FROM search_documents WHERE \(Self.span)
                """, try Self.arguments(from, to, db)
            ) {
                AnalyticsSummary(
                    messages: try $0.value(0), automatic: try $0.value(1), senders: try $0.value(2),
                    conversations: try $0.value(3))
            }
            return summary ?? AnalyticsSummary(messages: 0, automatic: 0, senders: 0, conversations: 0)
        }
    }

    func messagesPerDay(from: Date, to: Date, timeZone: TimeZone) async throws -> [DayCount] {
        let days = CalendarDay.days(in: from..<max(from, to), timeZone: timeZone)
        return try await database.read { db in
            try days.enumerated().compactMap { number, day in
                // Of the first and the last day only what lies in the span.
                let start = max(day.start, from)
                let end = number + 1 < days.count ? days[number + 1].start : to
                let count = try db.first(
                    """
                    SELECT count(*), coalesce(sum(messageType = 'auto'), 0) FROM search_documents WHERE \(Self.span)
                    """, try Self.arguments(start, end, db)
                ) { DayCount(date: day.date, messages: try $0.value(0), automatic: try $0.value(1)) }
                return count.flatMap { $0.messages > 0 ? $0 : nil }
            }
        }
    }

    func top(from: Date, to: Date, limit: Int) async throws -> AnalyticsTop {
        try await database.read { db in
            AnalyticsTop(
                users: try Self.top("sender", from, to, limit, db),
                conversations: try Self.top("conversation", from, to, limit, db))
        }
    }

    private static func top<Entity>(
        _ column: String, _ from: Date, _ to: Date, _ limit: Int, _ db: Database
    ) throws -> [AnalyticsTop.Entry<Entity>] {
        try db.all(
            """
            SELECT \(column), count(*) AS messages FROM search_documents WHERE \(span)
            GROUP BY \(column) ORDER BY messages DESC, \(column) LIMIT ?
            """, try arguments(from, to, db) + [limit]
        ) { AnalyticsTop.Entry(id: try $0.id(0), messages: try $0.value(1)) }
    }

    /// Of an index that another version made nothing is known.
    private static func arguments(_ from: Date, _ to: Date, _ db: Database) throws -> SQLArguments {
        let state = try SearchTables.state(in: db)
        let generation = state.formatVersion == SearchTables.formatVersion ? state.generation : -1
        return [generation, from.stored, to.stored]
    }
}
