import Foundation
import HTTPTypes
import MsgKit

/// `/api/analytics`: how the service is used, for administrators.
struct AnalyticsRoutes: Sendable {
    private static let usualLimit = 10

    let analytics: AnalyticsService

    var routes: [Route] {
        [
            Route(.get, "/api/analytics/summary", for: .admin, takesQuery: true) { request, principal in
                var query = try request.query()
                let (from, to) = (query.date("from"), query.date("to"))
                try query.finish()
                return APIAnswer(
                    "Summary.", DataAnswer(try await analytics.summary(from: from, to: to, for: principal)))
            },
            Route(.get, "/api/analytics/messages", for: .admin, takesQuery: true) { request, principal in
                var query = try request.query()
                let (from, to) = (query.date("from"), query.date("to"))
                let name = query.string("timeZone") ?? "UTC"
                let zone = TimeZone(name: name)
                if zone == nil { query.complain("timeZone", "timeZone must be an IANA name, such as Europe/Berlin.") }
                try query.finish()
                let days = try await analytics.messagesPerDay(
                    from: from, to: to, timeZone: zone ?? .gmt, for: principal)
                return APIAnswer("Messages per day.", DataAnswer(AnalyticsDaysAnswer(timeZone: name, days: days)))
            },
            Route(.get, "/api/analytics/top", for: .admin, takesQuery: true) { request, principal in
                var query = try request.query()
                let (from, to) = (query.date("from"), query.date("to"))
                let limit = query.integer("limit", in: 1...AnalyticsTop.maximumLimit) ?? Self.usualLimit
                try query.finish()
                let top = try await analytics.top(from: from, to: to, limit: limit, for: principal)
                return APIAnswer("Top.", DataAnswer(AnalyticsTopAnswer(top)))
            },
        ]
    }
}
