import Foundation
import Logging
import MsgKit
import MsgTestKit
import Synchronization
import Testing

@testable import ElasticsearchBackend

/// What becomes of single documents of a bulk request, by an engine that refuses some.
@Suite(.timeLimit(.minutes(2)))
struct BulkTests {
    /// What the fake engine says of each document, by its id and how often it has seen it.
    private typealias Outcome = @Sendable (_ id: String, _ time: Int) -> (status: Int, type: String?)

    private struct Action: Decodable {
        struct Target: Decodable {
            var _index: String
            var _id: String
            var version: Int64
            var version_type: String
        }

        var index: Target?
    }

    private static func ids(_ body: String) -> [String] {
        body.split(separator: "\n").compactMap { line in
            let action = try? JSONDecoder().decode(Action.self, from: Data(line.utf8))
            return action?.index?._id
        }
    }

    private static func writing(
        maximumBytes: Int = 5_000_000, _ outcome: @escaping Outcome,
        _ body: (FakeEngine, BulkWriter) async throws -> Void
    ) async throws {
        let seen = Mutex<[String: Int]>([:])
        let script: FakeEngine.Script = { request in
            let items = ids(request.body).map { id in
                let time = seen.withLock { seen in
                    seen[id, default: 0] += 1
                    return seen[id, default: 0]
                }
                let (status, type) = outcome(id, time)
                let error = type.map { #","error":{"type":"\#($0)","reason":"because"}"# } ?? ""
                return #"{"index":{"status":\#(status)\#(error)}}"#
            }
            return .answer(200, #"{"errors":true,"items":[\#(items.joined(separator: ","))]}"#)
        }
        try await FakeEngine.backing(script) { engine, backend in
            let index = try #require(backend.search as? ElasticsearchSearchIndex)
            let writer = BulkWriter(
                client: index.client, maximumBytes: maximumBytes, refreshes: false, logger: FakeEngine.silent)
            try await body(engine, writer)
        }
    }

    private static func operations(_ count: Int) -> [BulkOperation] {
        (0..<count).map { BulkOperation(id: "id-\($0)", version: 7, document: Array("{}".utf8)) }
    }

    private static var soon: ContinuousClock.Instant { .now + .seconds(10) }

    @Test func onlyWhatHadNoRoomIsSentAgain() async throws {
        try await Self.writing({ id, time in
            id == "id-2" && time < 3 || id == "id-5" && time < 2 ? (429, "es_rejected_execution_exception") : (201, nil)
        }) { engine, writer in
            try await writer.write(Self.operations(8), to: "alias", until: Self.soon)
            let sent = engine.requests.entries.map { Self.ids($0.body) }
            #expect(sent == [(0..<8).map { "id-\($0)" }, ["id-2", "id-5"], ["id-2"]])
        }
    }

    @Test(arguments: [429, 503])
    func anEngineWithoutRoomIsUnavailableInTheEnd(status: Int) async throws {
        try await Self.writing({ _, _ in (status, "es_rejected_execution_exception") }) { engine, writer in
            let taken = await expectFailure(.unavailable) {
                try await writer.write(Self.operations(3), to: "alias", until: .now + .seconds(3))
            }
            #expect(taken < .seconds(8))
            #expect(engine.requests.entries.count > 1, "it was tried again")
        }
    }

    @Test(arguments: [
        "mapper_parsing_exception", "document_parsing_exception", "strict_dynamic_mapping_exception",
        "illegal_argument_exception",
    ])
    func aDocumentThatIsRefusedKeepsNobodyBack(type: String) async throws {
        try await Self.writing({ id, _ in id == "id-1" ? (400, type) : (201, nil) }) { engine, writer in
            try await writer.write(Self.operations(3), to: "alias", until: Self.soon)
            #expect(engine.requests.entries.count == 1)
        }
    }

    @Test func aLaterVersionThatIsThereIsNoFailure() async throws {
        try await Self.writing({ _, _ in (409, "version_conflict_engine_exception") }) { engine, writer in
            try await writer.write(Self.operations(3), to: "alias", until: Self.soon)
            #expect(engine.requests.entries.count == 1)
        }
    }

    @Test(arguments: [
        (400, "index_closed_exception"), (403, "cluster_block_exception"), (500, "internal_server_error"),
        (404, "shard_not_found_exception"), (409, "something_else"),
    ])
    func aFailureOfTheIndexFailsTheCall(status: Int, type: String) async throws {
        try await Self.writing({ id, _ in id == "id-1" ? (status, type) : (201, nil) }) { _, writer in
            await expectFailure(.unavailable) {
                try await writer.write(Self.operations(3), to: "alias", until: Self.soon)
            }
        }
    }

    @Test func requestsAreNotLongerThanAllowed() async throws {
        try await Self.writing(maximumBytes: 1000, { _, _ in (201, nil) }) { engine, writer in
            let operations =
                Self.operations(100) + [
                    BulkOperation(id: "long", version: 1, document: Array(repeating: UInt8(ascii: "x"), count: 5000)),
                    BulkOperation(id: "after", version: 1, document: []),
                ]
            try await writer.write(operations, to: "alias", until: Self.soon)
            let requests = engine.requests.entries
            #expect(requests.flatMap { Self.ids($0.body) } == operations.map(\.id))
            let long = requests.filter { $0.body.utf8.count > 1000 }
            #expect(long.map { Self.ids($0.body) } == [["long"]], "one document alone may be longer")
            #expect(requests.count < 25, "and they are not much shorter")
        }
    }

    @Test func anAnswerForEachOperationIsDemanded() async throws {
        let script: FakeEngine.Script = { _ in .answer(200, #"{"errors":false,"items":[{"index":{"status":201}}]}"#) }
        try await FakeEngine.backing(script) { _, backend in
            let index = try #require(backend.search as? ElasticsearchSearchIndex)
            await expectFailure(.unavailable) {
                try await index.writer.write(Self.operations(2), to: "alias", until: Self.soon)
            }
        }
    }

    @Test func documentsAreOneLineOfJSON() throws {
        let make = Fixtures()
        let content = "\"quotes\" \\ \n\r\t\u{0}\u{1f}\u{2028} é 🫖"
        let message = make.message(content, by: make.id(), in: make.id())
        let operation = MessageDocument.operation(message)
        let lines = operation.lines(alias: "the-alias")
        let parts = lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(parts.count == 3 && parts[2].isEmpty)
        let action = try JSONDecoder().decode(Action.self, from: Data(parts[0]))
        let target = try #require(action.index)
        #expect(target._index == "the-alias")
        #expect(target._id == message.id.description)
        #expect(target.version_type == "external_gte")
        #expect(target.version == message.updatedAt.millisecondsSince1970)
        let document = try JSONDecoder().decode([String: JSONValue].self, from: Data(parts[1]))
        #expect(document["content"] == .string(content))
        #expect(document["createdAt"] == .integer(message.createdAt.millisecondsSince1970))
        #expect(document["conversation"] == .string(message.conversation.description))
    }

    @Test func versionsNeverLetADeletedMessageBack() {
        let make = Fixtures()
        let message = make.message("tea", by: make.id(), in: make.id(), at: make.instant(.seconds(100)))
        var deleted = message
        deleted.isDeleted = true
        // The node that deleted it had a clock that is behind.
        deleted.updatedAt = make.start
        #expect(MessageDocument.version(deleted) > MessageDocument.version(message))
        var changed = message
        changed.updatedAt = make.instant(.seconds(5000))
        #expect(MessageDocument.version(deleted) > MessageDocument.version(changed))
        for date in [
            Date.distantPast, .distantFuture, Date(timeIntervalSince1970: .nan), Date(timeIntervalSince1970: .infinity),
        ] {
            changed.createdAt = date
            changed.updatedAt = date
            #expect((0..<1 << 52).contains(MessageDocument.version(changed)))
        }
    }
}
