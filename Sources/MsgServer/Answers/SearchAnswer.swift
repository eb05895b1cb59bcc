import MsgKit

/// What a search found, the best first.
struct SearchAnswer: Encodable, Sendable {
    var hits: [MessageAnswer]
    var total: Int
    var tookMs: Double
    /// Only while the search engine is away and the store answers in its place.
    var degraded: Bool?
    var pagination: PaginationAnswer

    init(_ result: MessageSearchResult, took: Duration) {
        let page = result.page
        degraded = result.isDegraded ? true : nil
        hits = page.items.map { MessageAnswer($0.message, sender: $0.sender, highlight: $0.highlight) }
        total = page.total
        tookMs = (took.seconds * 100_000).rounded() / 100
        pagination = PaginationAnswer(page)
    }
}
