import MsgKit

/// What a search found, the best first.
struct SearchAnswer: Encodable, Sendable {
    var hits: [MessageAnswer]
    var total: Int
    var tookMs: Double
    var pagination: PaginationAnswer

    init(_ page: Page<MessageHit>, took: Duration) {
        hits = page.items.map { MessageAnswer($0.message, sender: $0.sender, highlight: $0.highlight) }
        total = page.total
        tookMs = (took.seconds * 100_000).rounded() / 100
        pagination = PaginationAnswer(page)
    }
}
