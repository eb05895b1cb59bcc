import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ReindexTests {
    /// A real feed; something happens before each page of messages is read.
    private struct InterruptedFeed: MessageChangeFeed {
        let feed: any MessageChangeFeed
        let interruption: @Sendable () async throws -> Void

        func changes(after position: ChangePosition?, limit: Int) async throws -> [MessageChange] {
            try await feed.changes(after: position, limit: limit)
        }

        func currentPosition() async throws -> ChangePosition? { try await feed.currentPosition() }

        func messages(afterID id: Message.ID?, limit: Int) async throws -> [Message] {
            try await interruption()
            return try await feed.messages(afterID: id, limit: min(limit, 10))
        }

        func waitForChange(after position: ChangePosition?, timeout: Duration) async throws {
            try await feed.waitForChange(after: position, timeout: timeout)
        }
    }

    private func fill(_ world: World, _ count: Int) async throws -> (Conversation.ID, [Principal], [Message]) {
        let people = try await world.people("ada", "bob")
        let id = try await world.group(people)
        var messages: [Message] = []
        for number in 0..<count { messages.append(try await world.say("needle \(number)", in: id, by: people[0])) }
        try await world.index()
        return (id, people, messages)
    }

    private func verify(_ world: World, repair: Bool = false, since: Date? = nil) async throws -> IndexDrift {
        try await world.reindex().verify(
            repair: repair, since: since, progress: { _ in })
    }

    @Test func anIndexThatKeptUpIsClean() async throws {
        try await World.with { world in
            _ = try await fill(world, 25)
            let drift = try await verify(world)
            #expect(drift.isClean && drift.checked == 25 && drift.repaired == 0)
        }
    }

    @Test func aRebuildHoldsAllThatIsNotDeleted() async throws {
        try await World.with { world in
            let (_, people, messages) = try await fill(world, 12)
            try await world.messages.delete(messages[3].id, by: people[0])
            let counts = Journal<Int>()
            let reindex = world.reindex()
            #expect(try await reindex.rebuild(progress: { counts.note($0) }) == 11)
            #expect(counts.entries == [11])
            #expect(try await world.find("needle", for: people[1]).count == 11)
            #expect(try await verify(world).isClean)
            let position = try await world.store.changes.currentPosition()
            #expect(try await world.store.search.checkpoint() == position)
        }
    }

    @Test func aRebuildThatWasInterruptedGoesOn() async throws {
        try await World.with { world in
            _ = try await fill(world, 35)
            let pages = Journal<Int>()
            let feed = InterruptedFeed(feed: world.store.changes) {
                pages.note(1)
                if pages.entries.count == 3 { throw CancellationError() }
            }
            await #expect(throws: CancellationError.self) {
                _ = try await world.reindex(feed).rebuild(progress: { _ in })
            }
            let counts = Journal<Int>()
            let whole = InterruptedFeed(feed: world.store.changes) {}
            #expect(try await world.reindex(whole).rebuild(progress: { counts.note($0) }) == 35)
            #expect(counts.entries == [20, 30, 35])
            #expect(try await verify(world).isClean)
            #expect(try await world.store.search.unfinishedRebuild() == nil)
        }
    }

    @Test func aRebuildThatWasInterruptedCanBeginAnew() async throws {
        try await World.with { world in
            _ = try await fill(world, 15)
            try await world.store.search.beginRebuild(at: nil)
            try await world.store.search.addToRebuild([])
            let counts = Journal<Int>()
            #expect(try await world.reindex().rebuild(anew: true, progress: { counts.note($0) }) == 15)
            #expect(counts.entries == [15])
        }
    }

    @Test func twoRebuildsAtOnceAreRefused() async throws {
        try await World.with { world in
            _ = try await fill(world, 15)
            let feed = InterruptedFeed(feed: world.store.changes) {
                _ = await expect(.leaseHeld) { try await world.reindex().rebuild(progress: { _ in }) }
            }
            #expect(try await world.reindex(feed).rebuild(progress: { _ in }) == 15)
        }
    }

    @Test func nothingMakesAnEmptyIndex() async throws {
        try await World.with { world in
            let reindex = world.reindex()
            let count = try await reindex.rebuild(progress: { _ in })
            #expect(count == 0)
            #expect(try await verify(world) == IndexDrift())
        }
    }

    @Test func whatIsSentAndDeletedDuringARebuildIsNotLost() async throws {
        try await World.with { world in
            let (id, people, messages) = try await fill(world, 35)
            let said = Journal<Message>()
            let feed = InterruptedFeed(feed: world.store.changes) {
                let number = said.entries.count
                world.clock.advance(by: .seconds(1))
                said.note(try await world.say("needle new \(number)", in: id, by: people[1]))
                guard number < 3 else { return }
                try await world.messages.delete(messages[number * 10 + 5].id, by: people[0])
                // While it is built, the old one answers.
                #expect(try await world.find("needle", for: people[0]).count >= 32)
            }
            // Whoever sends during a rebuild of ten at a time could go on for ever: the ids end after the last page.
            let reindex = world.reindex(Limited(feed, pages: 4))
            _ = try await reindex.rebuild(progress: { _ in })
            try await world.index()
            #expect(try await verify(world).isClean)
            #expect(try await world.find("needle", for: people[0]).count == 35 - 3 + said.entries.count)
        }
    }

    /// A feed that ends after so many pages.
    private struct Limited: MessageChangeFeed {
        let feed: any MessageChangeFeed
        let pages: Int
        private let read = Journal<Int>()

        init(_ feed: any MessageChangeFeed, pages: Int) {
            self.feed = feed
            self.pages = pages
        }

        func changes(after position: ChangePosition?, limit: Int) async throws -> [MessageChange] {
            try await feed.changes(after: position, limit: limit)
        }

        func currentPosition() async throws -> ChangePosition? { try await feed.currentPosition() }

        func messages(afterID id: Message.ID?, limit: Int) async throws -> [Message] {
            guard read.entries.count < pages else { return [] }
            read.note(1)
            return try await feed.messages(afterID: id, limit: limit)
        }

        func waitForChange(after position: ChangePosition?, timeout: Duration) async throws {}
    }

    @Test func driftIsFoundAndMended() async throws {
        try await World.with { world in
            let (id, people, messages) = try await fill(world, 20)
            var stale = messages[7]
            stale.content = "needle of another time"
            stale.updatedAt = stale.updatedAt.later(by: .seconds(-60))
            let extra = Message(
                id: world.identifiers.next(Message.self), content: "needle ghost", sender: people[0].id,
                conversation: id,
                createdAt: world.clock.now, updatedAt: world.clock.now)
            try await world.store.search.repair(storing: [stale, extra], removing: [messages[2].id, messages[11].id])
            for _ in 0..<2 {
                let drift = try await verify(world)
                #expect(drift.missing == 2 && drift.stale == 1 && drift.extra == 1 && drift.repaired == 0)
                #expect(drift.checked == 20 && !drift.isClean)
                #expect(drift.missingIds == [messages[2].id, messages[11].id])
                #expect(drift.staleIds == [stale.id] && drift.extraIds == [extra.id])
            }
            #expect(try await verify(world, repair: true).repaired == 4)
            #expect(try await verify(world).isClean)
            #expect(try await world.find("ghost", for: people[0]).isEmpty)
            #expect(try await world.find("needle", for: people[0]).count == 20)
        }
    }

    @Test func whatOnlyWaitsForTheIndexerIsNoDrift() async throws {
        try await World.with { world in
            let (id, people, messages) = try await fill(world, 20)
            world.clock.advance(by: .seconds(1))
            try await world.say("needle just now", in: id, by: people[0])
            try await world.messages.delete(messages[4].id, by: people[0])
            try await world.store.search.repair(storing: [], removing: [messages[2].id])
            let drift = try await verify(world)
            #expect(drift.missingIds == [messages[2].id], "what is lost is told all the same")
            #expect(drift.missing == 1 && drift.extra == 0 && drift.waiting == 2)
            try await world.index()
            #expect(try await verify(world).waiting == 0)
        }
    }

    @Test func anIndexThatWasNeverBuiltLacksEverything() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            for number in 0..<3 { try await world.say("needle \(number)", in: id, by: people[0]) }
            let drift = try await verify(world)
            #expect(drift.missing == 3 && drift.waiting == 0)
        }
    }

    @Test func olderDriftIsLeftAlone() async throws {
        try await World.with { world in
            let (id, people, messages) = try await fill(world, 3)
            world.clock.advance(by: .seconds(60))
            let later = try await world.say("needle later", in: id, by: people[0])
            try await world.index()
            try await world.store.search.repair(storing: [], removing: [messages[0].id, later.id])
            let drift = try await verify(world, repair: true, since: later.createdAt)
            #expect(drift.missing == 1 && drift.repaired == 1)
            #expect(try await verify(world).missing == 1)
        }
    }
}
