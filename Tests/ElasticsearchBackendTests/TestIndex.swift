import Foundation
import Logging
import MsgKit
import MsgTestKit
import Synchronization
import Testing

@testable import ElasticsearchBackend

/// A backend on indexes of its own, which are removed in the end.
final class TestIndex: SearchUnderTest, AnalyticsUnderTest {
    let options: ElasticsearchOptions
    let backend: ElasticsearchBackend
    private let url: Secret
    private let others: Mutex<[TestIndex]> = Mutex([])

    private init(url: Secret, options: ElasticsearchOptions) throws {
        self.url = url
        self.options = options
        var logger = Logger(label: "msgctl.conformance")
        logger.logLevel = .error
        backend = try ElasticsearchBackend.open(url: url, options: options, logger: logger)
    }

    /// Puts an empty backend to a test.
    static func check(
        _ adjust: (inout ElasticsearchOptions) -> Void = { _ in }, _ test: (TestIndex) async throws -> Void
    ) async throws {
        let url = Secret(try #require(EngineURL.elasticsearch))
        var options = ElasticsearchOptions()
        options.prefix = "test-\(UUID().uuidString.lowercased())"
        options.maximumConnections = 2
        // The suites' machines are busy, and no case is about time.
        options.timeout = .seconds(30)
        options.bulkTimeout = .seconds(60)
        options.refreshesEachWrite = true
        adjust(&options)
        let index = try TestIndex(url: url, options: options)
        do {
            try await test(index)
        } catch {
            try await index.release()
            throw error
        }
        try await index.release()
    }

    var search: any RebuildableSearchIndex { backend.search }
    var analytics: any MessageAnalytics { backend.analytics }
    var index: ElasticsearchSearchIndex {
        get throws { try #require(backend.search as? ElasticsearchSearchIndex) }
    }

    func know(_ messages: [Message]) async throws {
        let changes = messages.enumerated().map { Self.change($1, at: $0) }
        #expect(try await search.apply(changes, following: try await search.checkpoint()))
    }

    func another() async throws -> TestIndex {
        let other = try TestIndex(url: url, options: options)
        others.withLock { $0.append(other) }
        return other
    }

    func release() async throws {
        let others = others.withLock { others in
            defer { others = [] }
            return others
        }
        for other in others { await other.backend.close() }
        let index = try index
        let deadline = ContinuousClock.now + .seconds(30)
        // Once it is closed there is nobody to ask, and nothing to remove.
        if let all = try? await index.lifecycle.formats(of: index.names.pattern, until: deadline) {
            for name in all.keys.sorted() + [index.names.state] {
                _ = try? await index.client.call(.delete, "/\(name)", until: deadline)
            }
        }
        await backend.close()
    }

    /// A message as its indexer would bring it.
    static func change(_ message: Message, at number: Int) -> MessageChange {
        MessageChange(position: position(number), message: message)
    }

    static func position(_ number: Int) -> ChangePosition { ChangePosition(token: "change-\(number)") }
}
