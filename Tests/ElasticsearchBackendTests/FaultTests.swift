import Foundation
import Logging
import MsgKit
import MsgTestKit
import Testing

@testable import ElasticsearchBackend

/// A real engine that goes away and comes back, and several processes at once.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: EngineURL.elasticsearch != nil, "It needs an Elasticsearch; start one with scripts/services."))
struct FaultTests {
    private static func location() throws -> (host: String, port: Int) {
        let url = try #require(EngineURL.elasticsearch)
        let parts = try #require(URLComponents(string: url))
        return (try #require(parts.host), try #require(parts.port))
    }

    /// Waits until the index holds what the feed does.
    private static func expectSame(_ backend: TestIndex, _ feed: FakeFeed, _ comment: Comment) async throws {
        let limit = ContinuousClock.now + .seconds(60)
        var held: [SearchEntry] = []
        let expected = feed.living.map { SearchEntry(id: $0.id, updatedAt: $0.updatedAt) }
        while ContinuousClock.now < limit {
            held = try await backend.search.entries(after: nil, limit: 10_000)
            if held == expected, try await backend.search.checkpoint() == (try await feed.currentPosition()) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("\(comment): it holds \(held.count) of \(expected.count)")
    }

    @Test(arguments: ["silent", "cut", "shut", "not there yet"])
    func allComesBackWithoutARestart(fault: String) async throws {
        try await TestIndex.check { direct in
            try await Gate.before(try Self.location()) { gate in
                if fault == "not there yet" { await gate.shut() }
                var options = direct.options
                options.timeout = .seconds(2)
                options.bulkTimeout = .seconds(2)
                options.connectTimeout = .seconds(1)
                let backend = try ElasticsearchBackend.open(
                    url: gate.url, options: options, logger: FakeEngine.silent)
                let feed = FakeFeed()
                let make = Fixtures()
                let (chat, sender): (Conversation.ID, User.ID) = (make.id(), make.id())
                for number in 0..<50 { feed.store(make.message("tea \(number)", by: sender, in: chat)) }
                let indexer = SearchIndexer(
                    feed: feed, index: backend.search, interval: .milliseconds(5), logger: FakeEngine.silent)
                try await running(indexer) { _ in
                    if fault != "not there yet" { try await Self.expectSame(direct, feed, "before") }
                    switch fault {
                    case "silent": await gate.silence()
                    case "cut": await gate.cut()
                    case "shut": await gate.shut()
                    default: break
                    }
                    for number in 50..<100 { feed.store(make.message("tea \(number)", by: sender, in: chat)) }
                    if fault != "cut" {
                        let query = MessageQuery(text: "tea", conversations: [chat], page: PageRequest(limit: 10))
                        let taken = await expectFailure(.unavailable) { try await backend.search.search(query) }
                        #expect(taken < .seconds(8))
                    }
                    switch fault {
                    case "silent": await gate.speak()
                    case "cut": break
                    default: try await gate.open()
                    }
                    try await Self.expectSame(direct, feed, "after \(fault)")
                }
                await backend.close()
            }
        }
    }

    /// Indexers, rebuilds and repairs of several processes, each cancelled now and then at any place, over a feed that
    /// grows: in the end the index is the feed's.
    @Test func processesThatEndAnywhereLeaveTheIndexRight() async throws {
        let seed = UInt64.random(in: 0...(.max))
        print("seed \(seed)")
        let random = SharedRandom(seed: seed)
        try await TestIndex.check {
            $0.timeout = .seconds(10)
            $0.bulkTimeout = .seconds(10)
        } _: { backend in
            let feed = FakeFeed()
            let make = Fixtures()
            let (chat, sender): (Conversation.ID, User.ID) = (make.id(), make.id())
            let end = ContinuousClock.now + .seconds(6)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while .now < end {
                        feed.store(make.message("tea", by: sender, in: chat))
                        if random.next(below: 3) == 0, var gone = feed.living.randomElement() {
                            gone.isDeleted = true
                            gone.content = ""
                            gone.updatedAt = make.instant(.seconds(random.next(below: 100) - 50))
                            feed.store(gone)
                        }
                        try await Task.sleep(for: .milliseconds(10))
                    }
                }
                for worker in 0..<4 {
                    let process = try await backend.another()
                    group.addTask {
                        while .now < end {
                            let call = Task { try await Self.work(worker, process, feed) }
                            // Every other one may come to its end.
                            if random.next(below: 2) == 0 {
                                try await Task.sleep(for: .milliseconds(random.next(below: 60)))
                                call.cancel()
                            }
                            _ = try? await call.value
                        }
                    }
                }
                try await group.waitForAll()
            }
            let indexer = SearchIndexer(
                feed: feed, index: backend.search, interval: .milliseconds(5), logger: FakeEngine.silent)
            try await running(indexer) { _ in try await Self.expectSame(backend, feed, "seed \(seed)") }
        }
    }

    private static func work(_ worker: Int, _ process: TestIndex, _ feed: FakeFeed) async throws {
        switch worker {
        case 0:
            _ = try await Reindex(
                feed: feed, index: process.search, leases: FreeLeases(), node: .random(), clock: SystemClock()
            ).rebuild { _ in }
        default:
            let checkpoint = try await process.search.checkpoint()
            let changes = try await feed.changes(after: checkpoint, limit: 20)
            _ = try await process.search.apply(changes, following: checkpoint)
        }
    }
}
