import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import ServiceLifecycle
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SearchIndexerTests {
    /// A real index, with a note of what it took in; away as often as it is told.
    private final class Index: SearchIndex {
        private let index: any SearchIndex
        private let failures: Mutex<Int>
        let taken = Journal<String>()

        init(_ index: any SearchIndex, failing count: Int = 0) {
            self.index = index
            failures = Mutex(count)
        }

        func checkpoint() async throws -> ChangePosition? { try await index.checkpoint() }

        func apply(_ changes: [MessageChange], following checkpoint: ChangePosition?) async throws -> Bool {
            let fails = failures.withLock { count in
                defer { count = max(0, count - 1) }
                return count > 0
            }
            if fails { throw MsgError(.unavailable, "The index is away.") }
            let isTaken = try await index.apply(changes, following: checkpoint)
            if isTaken { for change in changes { taken.note(change.message.content) } }
            return isTaken
        }

        func search(_ query: MessageQuery) async throws -> Page<MessageMatch> { try await index.search(query) }
    }

    private func indexer(_ world: World, _ index: Index) -> SearchIndexer {
        SearchIndexer(feed: world.store.changes, index: index, interval: .milliseconds(1), logger: World.silent)
    }

    @Test func whatIsSaidIsFoundShortlyAfter() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let index = Index(world.store.search)
            try await world.say("before", in: id, by: people[0])
            try await running(indexer(world, index)) { _ in
                try await index.taken.wait { $0.contains("before") }
                let message = try await world.say("meanwhile", in: id, by: people[0])
                try await index.taken.wait { $0.contains("meanwhile") }
                #expect(try await world.find("meanwhile", for: people[1]).map(\.message.id) == [message.id])
                try await world.messages.delete(message.id, by: people[0])
                try await index.taken.wait { $0.contains("") }
            }
            #expect(try await world.store.search.entries(after: nil, limit: 10).count == 1)
        }
    }

    @Test func aRestartGoesOnWhereItStopped() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            for round in 0..<3 {
                let index = Index(world.store.search)
                try await world.say("round \(round)", in: id, by: people[0])
                try await running(indexer(world, index)) { _ in try await index.taken.wait(for: 1) }
                #expect(index.taken.entries == ["round \(round)"])
            }
        }
    }

    @Test func anIndexThatIsAwayIsTriedAgain() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let index = Index(world.store.search, failing: 1)
            try await world.say("patience", in: id, by: people[0])
            try await running(indexer(world, index)) { _ in try await index.taken.wait(for: 1) }
            #expect(try await world.find("patience", for: people[0]).count == 1)
        }
    }

    @Test func twoSideBySideTakeEachChangeOnce() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let index = Index(world.store.search)
            try await running(indexer(world, index)) { _ in
                try await running(indexer(world, index)) { _ in
                    for number in 0..<30 { try await world.say("text \(number)", in: id, by: people[0]) }
                    try await index.taken.wait(for: 30)
                }
            }
            #expect(index.taken.entries == (0..<30).map { "text \($0)" })
        }
    }
}
