import Foundation
import MsgKit
import Synchronization

/// Full-text search with Elasticsearch.
final class ElasticsearchSearchIndex: SearchIndex {
    let lifecycle: IndexLifecycle
    let writer: BulkWriter
    let timeout: Duration
    let bulkTimeout: Duration
    /// The rebuild that this object began or goes on with, and how far it has got.
    let building = Mutex<(index: String, progress: BuildProgress)?>(nil)
    private let claims: IndexClaims

    init(lifecycle: IndexLifecycle, writer: BulkWriter, timeout: Duration, bulkTimeout: Duration) {
        self.lifecycle = lifecycle
        self.writer = writer
        self.timeout = timeout
        self.bulkTimeout = bulkTimeout
        claims = IndexClaims(lifecycle: lifecycle, patience: bulkTimeout + timeout * 2, timeout: timeout)
    }

    var client: ElasticsearchClient { lifecycle.client }
    var states: IndexStateStore { lifecycle.states }
    var names: IndexNames { lifecycle.names }
    var soon: ContinuousClock.Instant { .now + timeout }

    func checkpoint() async throws -> ChangePosition? {
        try await client.refusingFaults { try await lifecycle.current(until: soon)?.state.position }
    }

    func apply(_ changes: [MessageChange], following checkpoint: ChangePosition?) async throws -> Bool {
        guard let last = changes.last else { return try await self.checkpoint() == checkpoint }
        return try await client.refusingFaults {
            guard let claim = try await claims.take(following: checkpoint) else { return false }
            do {
                try await writer.write(Self.operations(changes), to: names.alias, until: .now + bulkTimeout)
            } catch {
                claims.release(claim)
                throw error
            }
            return try await claims.commit(claim, position: last.position)
        }
    }

    func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
        let nothing = Page<MessageMatch>(items: [], request: query.page, total: 0)
        guard let words = QueryWords(query.text), !query.conversations.isEmpty else { return nothing }
        // Beyond the window the engine refuses to look; the total is told all the same.
        let from = min(max(0, query.page.offset), SearchBody.window)
        let size = min(query.page.limit, SearchBody.window - from)
        let body = SearchBody.make(query, words, from: size > 0 ? from : 0, size: max(0, size))
        return try await client.refusingFaults {
            do {
                let answer: SearchAnswer = try await client.call(.post, names.search, body, until: soon)
                let items = try (answer.hits?.hits ?? []).map(Self.match)
                return Page(items: items, request: query.page, total: answer.hits?.total?.value ?? items.count)
            } catch let fault as ElasticsearchFault where fault.isMissingIndex {
                return nothing
            }
        }
    }

    /// Of several changes of a message the last counts.
    private static func operations(_ changes: [MessageChange]) -> [BulkOperation] {
        var seen: Set<Message.ID> = []
        return changes.reversed().filter { seen.insert($0.message.id).inserted }.reversed()
            .map { MessageDocument.operation($0.message) }
    }

    private static func match(_ hit: SearchAnswer.Hit) throws -> MessageMatch {
        let text = hit.highlight?["content"]?.first ?? hit._source?.content ?? ""
        return MessageMatch(
            id: try id(hit), score: hit.sort?.first?.number ?? 0,
            fragment: MessageFragment.cut(text.precomposedStringWithCanonicalMapping))
    }

    static func id(_ hit: SearchAnswer.Hit) throws -> Message.ID {
        guard let id = Message.ID(hit._id) else {
            throw MsgError(
                .internalError, "The search index holds something that is no message.",
                cause: ElasticsearchFault(status: 200, type: "", reason: "the document's id is \(hit._id.prefix(100))"))
        }
        return id
    }
}
