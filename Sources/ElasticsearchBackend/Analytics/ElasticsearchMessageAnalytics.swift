import Foundation
import MsgKit

/// Analytics by aggregations over the live index.
///
/// Distinct people and conversations are exact up to some 40,000 (`precision_threshold`), beyond that within a few
/// percent. With several shards a place near the end of the top may be taken by a neighbour.
struct ElasticsearchMessageAnalytics: MessageAnalytics {
    let client: ElasticsearchClient
    let names: IndexNames
    let timeout: Duration

    func summary(from: Date, to: Date) async throws -> AnalyticsSummary {
        let answer = try await ask(
            from, to,
            [
                "automatic": Self.automatic,
                "senders": ["cardinality": ["field": "sender", "precision_threshold": 40_000]],
                "conversations": ["cardinality": ["field": "conversation", "precision_threshold": 40_000]],
            ])
        return AnalyticsSummary(
            messages: answer.hits?.total?.value ?? 0, automatic: answer.aggregations?.automatic?.doc_count ?? 0,
            senders: answer.aggregations?.senders?.value ?? 0,
            conversations: answer.aggregations?.conversations?.value ?? 0)
    }

    func messagesPerDay(from: Date, to: Date, timeZone: TimeZone) async throws -> [DayCount] {
        let days = CalendarDay.days(in: from..<max(from, to), timeZone: timeZone)
        guard !days.isEmpty else { return [] }
        // It may touch a part of a day on either side, one more where a day is shorter.
        guard days.count <= AnalyticsService.maximumDays + 2 else {
            throw MsgError(.badRequest, "The span may be at most \(AnalyticsService.maximumDays) days long.")
        }
        let ends = days.dropFirst().map(\.start) + [max(to, days[days.count - 1].start)]
        // The days are made here, not by a date_histogram: the engine's idea of a time zone may be older than ours.
        let ranges = zip(days, ends).map { day, end -> JSONValue in
            [
                "key": .string(day.date.description), "from": .integer(MessageDocument.instant(day.start)),
                "to": .integer(MessageDocument.instant(end)),
            ]
        }
        let answer = try await ask(
            from, to,
            [
                "days": [
                    "date_range": ["field": "createdAt", "format": "epoch_millis", "ranges": .array(ranges)],
                    "aggs": ["automatic": Self.automatic],
                ]
            ])
        let counts = try (answer.aggregations?.days?.buckets ?? []).map { bucket in
            guard let date = PlanDate(bucket.key) else { throw Self.unreadable }
            return DayCount(date: date, messages: bucket.doc_count, automatic: bucket.automatic?.doc_count ?? 0)
        }
        return counts.filter { $0.messages > 0 }.sorted { $0.date.description < $1.date.description }
    }

    func top(from: Date, to: Date, limit: Int) async throws -> AnalyticsTop {
        let limit = min(max(1, limit), AnalyticsTop.maximumLimit)
        func most(_ field: String) -> JSONValue {
            [
                "terms": [
                    "field": .string(field), "size": .integer(Int64(limit)),
                    // More of each shard than is asked for, so that what is spread over them is not overlooked.
                    "shard_size": .integer(Int64(limit * 10 + 100)),
                    "order": [["_count": "desc"], ["_key": "asc"]],
                ]
            ]
        }
        let answer = try await ask(from, to, ["users": most("sender"), "places": most("conversation")])
        return AnalyticsTop(
            users: try Self.entries(answer.aggregations?.users),
            conversations: try Self.entries(answer.aggregations?.places))
    }

    private static let automatic: JSONValue = ["filter": ["term": ["messageType": "auto"]]]

    private static var unreadable: MsgError {
        ElasticsearchClient.unavailable(
            ElasticsearchFault(status: 200, type: "", reason: "a bucket of an aggregation can't be read"))
    }

    private static func entries<Entity>(_ terms: AnalyticsAnswer.Terms?) throws -> [AnalyticsTop.Entry<Entity>] {
        try (terms?.buckets ?? []).map { bucket in
            guard let id = Identifier<Entity>(bucket.key) else { throw unreadable }
            return AnalyticsTop.Entry(id: id, messages: bucket.doc_count)
        }
    }

    private func ask(_ from: Date, _ to: Date, _ aggregations: JSONValue) async throws -> AnalyticsAnswer {
        let range: JSONValue = [
            "gte": .integer(MessageDocument.instant(from)), "lt": .integer(MessageDocument.instant(to)),
        ]
        let body: JSONValue = [
            // What was deleted has no conversation.
            "query": [
                "bool": ["filter": [["exists": ["field": "conversation"]], ["range": ["createdAt": range]]]]
            ],
            "size": 0,
            "track_total_hits": true,
            "aggs": aggregations,
        ]
        return try await client.refusingFaults {
            do {
                return try await client.call(.post, names.search + ",aggregations", body, until: .now + timeout)
            } catch let fault as ElasticsearchFault where fault.isMissingIndex {
                return AnalyticsAnswer()
            }
        }
    }
}
