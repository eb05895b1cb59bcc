/// What a search returns, and how.
struct FindOptions {
    /// The fields, nil for all.
    var projection: BSONDocument?
    var sort: BSONDocument?
    /// At most so many documents; nil for all.
    var limit: Int?
    var skip = 0
    /// The index to go by, by its name.
    var hint: String?
    /// Whether what the primary has counts, whatever a majority has yet: for what a write has run into.
    var isLocal = false

    init(
        projection: BSONDocument? = nil, sort: BSONDocument? = nil, limit: Int? = nil, skip: Int = 0,
        hint: String? = nil, isLocal: Bool = false
    ) {
        self.projection = projection
        self.sort = sort
        self.limit = limit
        self.skip = skip
        self.hint = hint
        self.isLocal = isLocal
    }

    /// As the options of the library's call.
    func document(timeLeft: Int32) -> BSONDocument {
        var document: BSONDocument = ["maxTimeMS": .int32(timeLeft)]
        document.append("projection", projection) { .document($0) }
        document.append("sort", sort) { .document($0) }
        document.append("hint", hint) { .string($0) }
        if isLocal { document.append("readConcern", ["level": "local"]) }
        if let limit { document.append("limit", .int64(Int64(limit))) }
        if skip > 0 { document.append("skip", .int64(Int64(skip))) }
        // What is wanted comes in one answer as long as it is less than 16 MiB.
        document.append("batchSize", .int32(Int32(clamping: limit.map { max(1, $0) } ?? 10_000)))
        return document
    }
}
