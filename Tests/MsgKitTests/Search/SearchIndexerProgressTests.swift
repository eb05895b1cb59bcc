import Foundation
import Logging
import MsgTestKit
import Synchronization
import Testing

@testable import MsgKit

/// What the indexer lets health know, on an index that answers and takes nothing in for a while.
@Suite(.timeLimit(.minutes(1)))
struct SearchIndexerProgressTests {
    /// Takes nothing in before it is mended.
    private final class Index: SearchIndex {
        let tries = Journal<Int>()
        let isMended = Atomic(false)

        func checkpoint() async throws -> ChangePosition? { nil }

        func apply(_ changes: [MessageChange], following checkpoint: ChangePosition?) async throws -> Bool {
            defer { tries.note(changes.count) }
            guard isMended.load(ordering: .relaxed) else { throw MsgError(.unavailable, "The index takes nothing in.") }
            return true
        }

        func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
            Page(items: [], request: query.page, total: 0)
        }
    }

    private struct Feed: MessageChangeFeed {
        let message: Message?
        var waits = Journal<ChangePosition?>()

        func changes(after position: ChangePosition?, limit: Int) async throws -> [MessageChange] {
            message.map { [MessageChange(position: ChangePosition(token: "1"), message: $0)] } ?? []
        }

        func currentPosition() async throws -> ChangePosition? { nil }
        func messages(afterID id: Message.ID?, limit: Int) async throws -> [Message] { [] }
        func waitForChange(after position: ChangePosition?, timeout: Duration) async throws { waits.note(position) }
    }

    @Test(arguments: [true, false])
    func thatThereIsNothingToIndexYetIsKnown(isEmpty: Bool) async throws {
        let make = Fixtures()
        let progress = IndexingProgress(clock: FakeClock())
        let feed = Feed(message: isEmpty ? nil : make.message("tea", by: make.id(), in: make.id()))
        let index = Index()
        let indexer = SearchIndexer(
            feed: feed, index: index, interval: .milliseconds(1), progress: progress,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(!progress.isBeginning)
        try await running(indexer) { _ in
            if isEmpty { _ = try await feed.waits.wait(for: 1) } else { _ = try await index.tries.wait(for: 1) }
        }
        #expect(progress.isBeginning == isEmpty)
    }

    @Test func aMessageThatWaitsIsKnownUntilItIsTakenIn() async throws {
        let clock = FakeClock()
        let make = Fixtures()
        let message = make.message("tea", by: make.id(), in: make.id())
        let progress = IndexingProgress(clock: clock)
        let index = Index()
        let indexer = SearchIndexer(
            feed: Feed(message: message), index: index, interval: .milliseconds(1), progress: progress,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let probe = IndexingProbe(progress: progress)
        try await running(indexer) { _ in
            _ = try await index.tries.wait(for: 1)
            #expect(progress.standstill?.oldest == message.createdAt)
            try await probe.probe()
            clock.advance(by: .seconds(120))
            await #expect(throws: MsgError.self) { try await probe.probe() }
            index.isMended.store(true, ordering: .relaxed)
            let limit = ContinuousClock.now + .seconds(30)
            while (try? await probe.probe()) == nil, .now < limit { try await Task.sleep(for: .milliseconds(5)) }
            try await probe.probe()
        }
    }

    @Test func fallingBehindIsLoggedOnceAndKeepingUpAgainOnce() async throws {
        let make = Fixtures()
        let lines = Journal<String>()
        let index = Index()
        let indexer = SearchIndexer(
            feed: Feed(message: make.message("tea", by: make.id(), in: make.id())), index: index,
            interval: .milliseconds(1), logger: LogJournal.logger(lines))
        try await running(indexer) { _ in
            _ = try await index.tries.wait(for: 2)
            index.isMended.store(true, ordering: .relaxed)
            try await lines.wait { $0.contains { $0.contains("keeps up again") } }
        }
        #expect(lines.entries.count { $0.contains("falls behind") } == 1)
        #expect(lines.entries.count { $0.contains("keeps up again") } == 1)
    }
}
