import Foundation
import MsgKit

/// Keeps the ``IndexState`` in an index of its own.
struct IndexStateStore: Sendable {
    /// A state and its place in the order of writes.
    struct Held: Sendable {
        var state: IndexState
        fileprivate var sequence: Int64
        fileprivate var term: Int64
    }

    private static let document = "messages"
    private let client: ElasticsearchClient
    private let index: String

    init(client: ElasticsearchClient, index: String) {
        self.client = client
        self.index = index
    }

    /// The state as of now, whatever was refreshed; nil when there is none.
    func read(until deadline: ContinuousClock.Instant) async throws -> Held? {
        guard let found: Document<IndexState> = try await get(Self.document, until: deadline) else { return nil }
        return Held(state: found.source, sequence: found.sequence, term: found.term)
    }

    /// Writes the first state; nil when somebody else has.
    func create(_ state: IndexState, until deadline: ContinuousClock.Instant) async throws -> Held? {
        try await makeIndex(until: deadline)
        return try await write(state, "/\(index)/_create/\(Self.document)", until: deadline)
    }

    /// Writes the state that follows another; nil when another state followed it.
    func replace(
        _ held: Held, with state: IndexState, until deadline: ContinuousClock.Instant
    ) async throws -> Held? {
        let target =
            "/\(index)/_doc/\(Self.document)?if_seq_no=\(held.sequence)&if_primary_term=\(held.term)"
        return try await write(state, target, until: deadline)
    }

    /// How far the index that is built has got; nil when that is not known.
    func progress(of building: String, until deadline: ContinuousClock.Instant) async throws -> BuildProgress? {
        let found: Document<BuildProgress>? = try await get(building, until: deadline)
        return found?.source
    }

    func setProgress(
        _ progress: BuildProgress, of building: String, until deadline: ContinuousClock.Instant
    ) async throws {
        let body = try Array(JSONEncoder().encode(progress))
        _ = try await client.call(
            HTTPRequest(method: .put, target: "/\(index)/_doc/\(building)", body: body), until: deadline)
    }

    func removeProgress(of building: String, until deadline: ContinuousClock.Instant) async throws {
        do {
            _ = try await client.call(.delete, "/\(index)/_doc/\(building)", until: deadline)
        } catch let fault as ElasticsearchFault where fault.isMissingIndex || fault.isMissingDocument {}
    }

    private func makeIndex(until deadline: ContinuousClock.Instant) async throws {
        let body: JSONValue = [
            "settings": ["index": ["number_of_shards": 1, "auto_expand_replicas": "0-1"]],
            "mappings": ["dynamic": false],
        ]
        do {
            _ = try await client.call(.put, "/\(index)", body, until: deadline)
        } catch let fault as ElasticsearchFault where fault.type == "resource_already_exists_exception" {}
    }

    private func write(
        _ state: IndexState, _ target: String, until deadline: ContinuousClock.Instant
    ) async throws -> Held? {
        var state = state
        state.stamp = UUID().uuidString
        do {
            let body = try Array(JSONEncoder().encode(state))
            let answer = try await client.call(HTTPRequest(method: .put, target: target, body: body), until: deadline)
            let written: Written = try ElasticsearchClient.read(answer)
            return Held(state: state, sequence: written._seq_no, term: written._primary_term)
        } catch let fault as ElasticsearchFault where fault.status == 409 {
            // A try whose answer was lost, and which was made again, finds its own state there.
            guard let held = try await read(until: deadline), held.state.stamp == state.stamp else { return nil }
            return held
        }
    }

    private func get<Source: Decodable>(
        _ id: String, until deadline: ContinuousClock.Instant
    ) async throws -> Document<Source>? {
        do {
            return try await client.call(.get, "/\(index)/_doc/\(id)", until: deadline)
        } catch let fault as ElasticsearchFault where fault.isMissingIndex || fault.isMissingDocument {
            return nil
        }
    }

    private struct Written: Decodable {
        var _seq_no: Int64
        var _primary_term: Int64
    }

    private struct Document<Source: Decodable>: Decodable {
        var source: Source
        var sequence: Int64
        var term: Int64

        enum CodingKeys: String, CodingKey {
            case source = "_source"
            case sequence = "_seq_no"
            case term = "_primary_term"
        }
    }
}
