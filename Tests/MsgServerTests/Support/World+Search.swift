import MsgKit
import SQLiteBackend

extension World {
    /// Takes all changes into the index, as the indexer does.
    func index() async throws {
        while true {
            let checkpoint = try await store.search.checkpoint()
            let changes = try await store.changes.changes(after: checkpoint, limit: 500)
            guard !changes.isEmpty else { return }
            _ = try await store.search.apply(changes, following: checkpoint)
        }
    }

    func find(
        _ text: String, in conversation: Conversation.ID? = nil, for person: Principal
    ) async throws -> [MessageHit] {
        try await search.search(text, in: conversation, page: PageRequest(limit: 50), for: person).page.items
    }

    /// What rebuilds the index, from the store's own feed unless told otherwise.
    func reindex(_ feed: (any MessageChangeFeed)? = nil) -> Reindex {
        Reindex(
            feed: feed ?? store.changes, index: store.search, leases: store.leases, node: .random(), clock: clock)
    }
}
