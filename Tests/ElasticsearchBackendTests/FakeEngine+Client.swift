import Foundation
import Logging
import MsgKit
import MsgTestKit
import Testing

@testable import ElasticsearchBackend

extension FakeEngine {
    /// Short deadlines: a test of them should not take long, and a failing one not for ever.
    static var options: ElasticsearchOptions {
        var options = ElasticsearchOptions()
        options.timeout = .milliseconds(400)
        options.bulkTimeout = .milliseconds(800)
        options.connectTimeout = .milliseconds(300)
        return options
    }

    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// Runs a server and a backend that uses it while the body does.
    static func backing<Result>(
        _ script: @escaping Script, options: ElasticsearchOptions = options,
        _ body: (FakeEngine, ElasticsearchBackend) async throws -> Result
    ) async throws -> Result {
        try await serving(script) { engine in
            let backend = try ElasticsearchBackend.open(url: engine.url, options: options, logger: silent)
            do {
                let result = try await body(engine, backend)
                await backend.close()
                return result
            } catch {
                await backend.close()
                throw error
            }
        }
    }
}

/// Records an issue unless the call fails with one of the codes; returns how long it took.
@discardableResult
func expectFailure(
    _ codes: ErrorCode..., sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws -> some Any
) async -> Duration {
    let start = ContinuousClock.now
    do {
        let answer = try await call()
        Issue.record("it answered \(String(describing: answer))", sourceLocation: sourceLocation)
    } catch let error as MsgError where codes.contains(error.code) {
    } catch {
        Issue.record("it threw \(String(reflecting: error))", sourceLocation: sourceLocation)
    }
    return .now - start
}

/// Every call of the backend that asks the engine.
func everyCall(of backend: ElasticsearchBackend) -> [(name: String, call: @Sendable () async throws -> Void)] {
    let make = Fixtures()
    let (chat, person) = (make.id(Conversation.self), make.id(User.self))
    let message = make.message("tea", by: person, in: chat)
    let change = MessageChange(position: ChangePosition(token: "1"), message: message)
    let query = MessageQuery(text: "tea", conversations: [chat], page: PageRequest(limit: 10))
    let (from, to) = (make.start, make.instant(.seconds(86_400)))
    return [
        ("checkpoint", { _ = try await backend.search.checkpoint() }),
        ("apply", { _ = try await backend.search.apply([change], following: nil) }),
        ("search", { _ = try await backend.search.search(query) }),
        ("beginRebuild", { try await backend.search.beginRebuild(at: nil) }),
        ("unfinishedRebuild", { _ = try await backend.search.unfinishedRebuild() }),
        ("entries", { _ = try await backend.search.entries(after: nil, limit: 10) }),
        ("repair", { try await backend.search.repair(storing: [message], removing: []) }),
        ("summary", { _ = try await backend.analytics.summary(from: from, to: to) }),
        ("days", { _ = try await backend.analytics.messagesPerDay(from: from, to: to, timeZone: .gmt) }),
        ("top", { _ = try await backend.analytics.top(from: from, to: to, limit: 5) }),
        ("probe", { try await backend.probe.probe() }),
    ]
}
