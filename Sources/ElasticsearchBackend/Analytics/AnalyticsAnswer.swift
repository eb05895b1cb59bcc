/// What the engine answers to the aggregations of ``ElasticsearchMessageAnalytics``.
struct AnalyticsAnswer: Decodable {
    struct Total: Decodable {
        var value: Int
    }

    struct Hits: Decodable {
        var total: Total?
    }

    struct Filtered: Decodable {
        var doc_count: Int
    }

    struct Distinct: Decodable {
        var value: Int
    }

    struct Terms: Decodable {
        struct Bucket: Decodable {
            var key: String
            var doc_count: Int
        }

        var buckets: [Bucket]
    }

    struct Days: Decodable {
        struct Bucket: Decodable {
            var key: String
            var doc_count: Int
            var automatic: Filtered?
        }

        var buckets: [Bucket]
    }

    struct Aggregations: Decodable {
        var automatic: Filtered?
        var senders: Distinct?
        var conversations: Distinct?
        var users: Terms?
        var places: Terms?
        var days: Days?
    }

    var hits: Hits?
    var aggregations: Aggregations?
}
