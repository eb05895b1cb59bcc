/// What the engine answers to a search; what is not asked for is left out.
struct SearchAnswer: Decodable {
    struct Hits: Decodable {
        struct Total: Decodable {
            var value: Int
        }

        var total: Total?
        var hits: [Hit]?
    }

    struct Hit: Decodable {
        struct Source: Decodable {
            var content: String?
            var updatedAt: Int64?
        }

        var _id: String
        /// The score is the first key.
        var sort: [SortKey]?
        var _source: Source?
        var highlight: [String: [String]]?
    }

    /// Of several types.
    struct SortKey: Decodable {
        var number: Double?

        init(from decoder: any Decoder) throws {
            number = try? decoder.singleValueContainer().decode(Double.self)
        }
    }

    /// Left out when it would be empty.
    var hits: Hits?
    var took: Int

    /// Something is there even when nothing was found.
    static let filter =
        "took,hits.total.value,hits.hits._id,hits.hits.sort,hits.hits._source,hits.hits.highlight"
}
