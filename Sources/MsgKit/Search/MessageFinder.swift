/// Asks the index, and the store in its place while it is away or not built yet.
struct MessageFinder: Sendable {
    let index: any SearchIndex
    /// Tells whether there is anything that an empty index lacks.
    let feed: any MessageChangeFeed
    /// Nil when a search fails while the index is away.
    let fallback: (any MessageTextSearch)?
    /// What the indexer of this process knows; nil where there is none.
    var progress: IndexingProgress?

    func find(_ query: MessageQuery) async throws -> (matches: Page<MessageMatch>, isDegraded: Bool) {
        do {
            let found = try await index.search(query)
            if found.total == 0 { try await requireBuilt() }
            return (found, false)
        } catch let error as MsgError where error.code == .unavailable || error.code == .configuration {
            guard let fallback else { throw error }
            return (try await fallback.search(query), true)
        }
    }

    /// That an index which holds nothing finds nothing is no answer while there are messages that it waits for.
    private func requireBuilt() async throws {
        guard try await index.checkpoint() == nil, try await feed.currentPosition() != nil,
            progress?.isBeginning != true
        else { return }
        throw MsgError(.unavailable, "The search index is being built; try again later.")
    }
}
