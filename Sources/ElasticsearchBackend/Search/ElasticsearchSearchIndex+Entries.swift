import Foundation
import MsgKit

/// Comparing the live index with the messages.
extension ElasticsearchSearchIndex {
    /// How many versions are asked for at once.
    private static let versionBatch = 1000

    func entries(after id: Message.ID?, limit: Int) async throws -> [SearchEntry] {
        var body: [String: JSONValue] = [
            // What was deleted has no conversation.
            "query": ["exists": ["field": "conversation"]],
            "size": .integer(Int64(max(0, min(limit, SearchBody.window)))),
            "sort": [["id": "asc"]],
            "track_total_hits": false,
            "_source": ["updatedAt"],
        ]
        if let id { body["search_after"] = [.string(id.description)] }
        return try await client.refusingFaults {
            do {
                let deadline = ContinuousClock.now + bulkTimeout
                if id == nil {
                    // Somebody else's index would be compared as if it were ours.
                    guard try await !lifecycle.formats(of: names.alias, until: deadline).isEmpty else { return [] }
                    // A comparison begins with what was written before it.
                    _ = try await client.call(.post, "/\(names.alias)/_refresh", until: deadline)
                }
                let answer: SearchAnswer = try await client.call(.post, names.search, .object(body), until: deadline)
                return try (answer.hits?.hits ?? []).map { hit in
                    SearchEntry(
                        id: try Self.id(hit), updatedAt: Date(millisecondsSince1970: hit._source?.updatedAt ?? 0))
                }
            } catch let fault as ElasticsearchFault where fault.isMissingIndex {
                return []
            }
        }
    }

    func repair(storing messages: [Message], removing ids: [Message.ID]) async throws {
        guard !messages.isEmpty || !ids.isEmpty else { return }
        try await client.refusingFaults {
            _ = try await lifecycle.ensure(until: soon)
            let versions = try await versions(of: messages.map(\.id) + ids)
            var operations: [BulkOperation] = []
            for message in messages {
                var operation = MessageDocument.operation(message)
                if let held = versions[message.id] {
                    // What was deleted since it was compared must not come back.
                    if MessageDocument.isDeletion(version: held) { continue }
                    operation.version = max(operation.version, held)
                }
                operations.append(operation)
            }
            for id in ids {
                // The version that was compared, so that a message stored at this moment comes in after it.
                guard let held = versions[id], !MessageDocument.isDeletion(version: held) else { continue }
                operations.append(MessageDocument.removal(of: id, version: held))
            }
            try await writer.write(operations, to: names.alias, until: .now + bulkTimeout)
        }
    }

    /// The versions of the documents that there are.
    private func versions(of ids: [Message.ID]) async throws -> [Message.ID: Int64] {
        var versions: [Message.ID: Int64] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.versionBatch) {
            let batch = ids[start..<min(start + Self.versionBatch, ids.count)]
            let answer: Versions = try await client.call(
                .post, "/\(names.alias)/_mget?_source=false&filter_path=docs._id,docs._version",
                ["ids": .array(batch.map { .string($0.description) })], until: .now + bulkTimeout)
            for document in answer.docs ?? [] {
                if let id = Message.ID(document._id), let version = document._version { versions[id] = version }
            }
        }
        return versions
    }

    private struct Versions: Decodable {
        struct Document: Decodable {
            var _id: String
            var _version: Int64?
        }

        var docs: [Document]?
    }
}
