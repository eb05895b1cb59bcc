/// Asks the index, and the store in its place while it is away.
struct MessageFinder: Sendable {
    let index: any SearchIndex
    /// Nil when a search fails while the index is away.
    let fallback: (any MessageTextSearch)?

    func find(_ query: MessageQuery) async throws -> (matches: Page<MessageMatch>, isDegraded: Bool) {
        do {
            return (try await index.search(query), false)
        } catch let error as MsgError where error.code == .unavailable || error.code == .configuration {
            guard let fallback else { throw error }
            return (try await fallback.search(query), true)
        }
    }
}
