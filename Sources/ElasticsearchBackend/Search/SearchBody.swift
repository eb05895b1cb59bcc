import MsgKit

/// A search as the engine's query language has it. What people typed is only ever the text of a `match`, in which
/// operators have no meaning.
///
/// Each word adds to the score by how it occurs: as it is (100, and its BM25), as a beginning (10), with a typing error
/// (1). So what matches in the same way is ordered by the sort's next keys, the newest first.
enum SearchBody {
    /// How far into the matches the engine looks: `index.max_result_window`.
    static let window = 10_000
    /// How many values one `terms` query may have: `index.max_terms_count`.
    static let termsLimit = 65_536

    /// - Parameter page: within ``window``.
    static func make(_ query: MessageQuery, _ words: QueryWords, from: Int, size: Int) -> JSONValue {
        let every = words.whole.map { clause($0, isLast: false) } + [clause(words.last, isLast: true)]
        return [
            "query": ["bool": ["filter": .array(filters(query)), "must": .array(every)]],
            "from": .integer(Int64(from)),
            "size": .integer(Int64(size)),
            "track_total_hits": true,
            "sort": ["_score", ["createdAt": "desc"], ["id": "desc"]],
            "_source": ["content"],
            "highlight": [
                "pre_tags": [.string(String(MessageMatch.matchStart))],
                "post_tags": [.string(String(MessageMatch.matchEnd))],
                // The whole content, of which the fragment is cut here, the same way for every engine.
                "number_of_fragments": 0,
                "highlight_query": marked(words),
                "fields": ["content": ["type": "unified"]],
            ],
        ]
    }

    private static func filters(_ query: MessageQuery) -> [JSONValue] {
        var filters = [scope(query.conversations)]
        if let sender = query.sender { filters.append(["term": ["sender": .string(sender.description)]]) }
        var range: [String: JSONValue] = [:]
        if let from = query.from { range["gte"] = .integer(MessageDocument.instant(from)) }
        if let to = query.to { range["lt"] = .integer(MessageDocument.instant(to)) }
        if !range.isEmpty { filters.append(["range": ["createdAt": .object(range)]]) }
        return filters
    }

    private static func scope(_ conversations: [Conversation.ID]) -> JSONValue {
        let chunks = stride(from: 0, to: conversations.count, by: termsLimit).map { start -> JSONValue in
            let ids = conversations[start..<min(start + termsLimit, conversations.count)]
            return ["terms": ["conversation": .array(ids.map { .string($0.description) })]]
        }
        if chunks.count == 1, let only = chunks.first { return only }
        return ["bool": ["should": .array(chunks), "minimum_should_match": 1]]
    }

    private static func clause(_ word: String, isLast: Bool) -> JSONValue {
        let exact = match(word)
        var ways: [JSONValue] = [exact, constant(exact, 100)]
        if isLast { ways.append(constant(beginning(word, of: "content.prefix"), 10)) }
        if QueryWords.mayBeMistyped(word) { ways.append(constant(similar(word), 1)) }
        return ["bool": ["should": .array(ways), "minimum_should_match": 1]]
    }

    /// What is marked in a fragment.
    private static func marked(_ words: QueryWords) -> JSONValue {
        let ways = (words.whole + [words.last]).map { QueryWords.mayBeMistyped($0) ? similar($0) : match($0) }
        return ["bool": ["should": .array(ways + [beginning(words.last, of: "content")]), "minimum_should_match": 1]]
    }

    private static func constant(_ query: JSONValue, _ score: Int64) -> JSONValue {
        ["constant_score": ["filter": query, "boost": .integer(score)]]
    }

    /// The word, or all parts of it where the engine sees several, as in Chinese.
    private static func match(_ word: String) -> JSONValue {
        ["match": ["content": ["query": .string(word), "operator": "and"]]]
    }

    private static func beginning(_ word: String, of field: String) -> JSONValue {
        ["match_bool_prefix": .object([field: ["query": .string(word), "operator": "and"]])]
    }

    /// With one character wrong of at least four, two of at least eight; never the first.
    private static func similar(_ word: String) -> JSONValue {
        [
            "match": [
                "content": [
                    "query": .string(word), "operator": "and", "fuzziness": "AUTO:4,8", "prefix_length": 1,
                ]
            ]
        ]
    }
}
