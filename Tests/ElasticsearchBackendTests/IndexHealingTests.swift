import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import ElasticsearchBackend

/// What crashes between two steps and operators leave behind, and how it is mended.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: EngineURL.elasticsearch != nil, "It needs an Elasticsearch; start one with scripts/services."))
struct IndexHealingTests {
    private static var soon: ContinuousClock.Instant { .now + .seconds(30) }

    private static func sample(_ contents: [String]) -> (make: Fixtures, chat: Conversation.ID, messages: [Message]) {
        let make = Fixtures()
        let (chat, sender): (Conversation.ID, User.ID) = (make.id(), make.id())
        return (make, chat, contents.map { make.message($0, by: sender, in: chat) })
    }

    private static func find(_ text: String, _ chat: Conversation.ID, _ backend: TestIndex) async throws -> [Message.ID]
    {
        try await backend.search.search(
            MessageQuery(text: text, conversations: [chat], page: PageRequest(limit: 50))
        ).items.map(\.id)
    }

    private static func apply(
        _ messages: [Message], at number: Int, after former: Int?, _ backend: TestIndex
    ) async throws -> Bool {
        try await backend.search.apply(
            messages.map { TestIndex.change($0, at: number) }, following: former.map(TestIndex.position))
    }

    private static func indexes(_ backend: TestIndex) async throws -> Set<String> {
        let index = try backend.index
        return Set(try await index.lifecycle.formats(of: index.names.pattern, until: soon).keys)
    }

    private static func live(_ backend: TestIndex) async throws -> String {
        try #require(try await backend.index.states.read(until: soon)).state.live
    }

    @Test func anIndexThatWasRemovedIsFilledFromTheBeginning() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample(["green tea", "black tea"])
            #expect(try await Self.apply(messages, at: 1, after: nil, backend))
            _ = try await backend.index.client.call(.delete, "/\(try await Self.live(backend))", until: Self.soon)
            #expect(try await Self.find("tea", chat, backend) == [])
            #expect(try await backend.search.checkpoint() == nil)
            #expect(try await !Self.apply([messages[1]], at: 2, after: 1, backend), "what came before would be missing")
            #expect(try await Self.indexes(backend) == [], "and nothing is made by writing")
            #expect(try await Self.apply(messages, at: 1, after: nil, backend))
            #expect(try await Self.find("tea", chat, backend).count == 2)
            #expect(try await backend.search.checkpoint() == TestIndex.position(1))
        }
    }

    @Test func anAliasThatWasRemovedIsSetAgain() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample(["green tea", "black tea"])
            #expect(try await Self.apply([messages[0]], at: 1, after: nil, backend))
            let index = try backend.index
            let live = try await Self.live(backend)
            _ = try await index.client.call(
                .post, "/_aliases",
                ["actions": [["remove": ["index": .string(live), "alias": .string(index.names.alias)]]]],
                until: Self.soon)
            #expect(try await Self.find("tea", chat, backend) == [])
            #expect(try await Self.apply([messages[1]], at: 2, after: 1, backend))
            #expect(try await Self.find("tea", chat, backend).count == 2)
            #expect(try await Self.indexes(backend) == [live])
        }
    }

    @Test func anIndexWhoseStateWasLostIsKeptAndFilledAgain() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample(["green tea", "black tea"])
            #expect(try await Self.apply(messages, at: 1, after: nil, backend))
            let index = try backend.index
            let live = try await Self.live(backend)
            _ = try await index.client.call(.delete, "/\(index.names.state)", until: Self.soon)
            #expect(try await backend.search.checkpoint() == nil)
            #expect(try await Self.find("tea", chat, backend).count == 2, "it answers meanwhile")
            #expect(try await Self.apply([messages[0]], at: 1, after: nil, backend))
            #expect(try await Self.find("tea", chat, backend).count == 2)
            #expect(try await Self.live(backend) == live)
        }
    }

    @Test func aWriterWithoutAnAliasMakesNoIndex() async throws {
        try await TestIndex.check { backend in
            let (_, _, messages) = Self.sample(["tea"])
            let index = try backend.index
            await #expect(throws: ElasticsearchFault.self) {
                try await index.writer.write(
                    messages.map(MessageDocument.operation), to: index.names.alias, until: Self.soon)
            }
            #expect(try await index.lifecycle.formats(of: index.names.alias, until: Self.soon).isEmpty)
        }
    }

    @Test func anIndexInTheAliasesPlaceIsAFailureThatSaysSo() async throws {
        try await TestIndex.check { backend in
            let index = try backend.index
            _ = try await index.client.call(.put, "/\(index.names.alias)", until: Self.soon)
            await expectFailure(.unavailable) { try await backend.search.checkpoint() }
            await expectFailure(.unavailable) {
                try await Self.apply(Self.sample(["tea"]).messages, at: 1, after: nil, backend)
            }
            _ = try await index.client.call(.delete, "/\(index.names.alias)", until: Self.soon)
        }
    }

    @Test func anIndexOfAnOlderFormatIsReplaced() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample(["green tea", "black tea"])
            #expect(try await Self.apply([messages[0]], at: 1, after: nil, backend))
            let former = try await Self.live(backend)
            try await Self.setFormat(0, backend)
            #expect(try await backend.search.checkpoint() == nil)
            #expect(try await backend.search.unfinishedRebuild() == nil)
            #expect(try await Self.apply(messages, at: 2, after: nil, backend))
            #expect(try await Self.find("tea", chat, backend).count == 2)
            #expect(try await !Self.indexes(backend).contains(former))
        }
    }

    @Test func anIndexOfANewerFormatIsLeftAloneUntilARebuild() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample(["green tea", "black tea"])
            #expect(try await Self.apply([messages[0]], at: 1, after: nil, backend))
            try await Self.setFormat(IndexNames.format + 1, backend)
            await expectFailure(.unavailable) { try await backend.search.checkpoint() }
            await expectFailure(.unavailable) { try await Self.apply(messages, at: 2, after: nil, backend) }
            try await backend.search.beginRebuild(at: TestIndex.position(5))
            try await backend.search.addToRebuild([messages[1]])
            try await backend.search.finishRebuild()
            #expect(try await backend.search.checkpoint() == TestIndex.position(5))
            #expect(try await Self.find("tea", chat, backend) == [messages[1].id])
        }
    }

    private static func setFormat(_ format: Int, _ backend: TestIndex) async throws {
        let states = try backend.index.states
        let held = try #require(try await states.read(until: soon))
        var state = held.state
        state.format = format
        #expect(try await states.replace(held, with: state, until: soon) != nil)
    }

    @Test func aRebuildThatEndedBeforeTheAliasFollowedIsCompleted() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample(["tea one", "tea two", "tea three"])
            #expect(try await Self.apply(messages, at: 9, after: nil, backend))
            try await backend.search.beginRebuild(at: TestIndex.position(1))
            try await backend.search.addToRebuild([messages[0]])
            let index = try backend.index
            let former = try await Self.live(backend)
            let held = try #require(try await index.states.read(until: Self.soon))
            let building = try #require(held.state.building)
            let state = IndexState(format: IndexNames.format, live: building.index, position: building.position)
            #expect(try await index.states.replace(held, with: state, until: Self.soon) != nil)
            // Here the process ended.
            #expect(try await Self.find("tea", chat, backend).count == 3, "the former index still answers")
            let other = try await backend.another()
            #expect(try await other.search.checkpoint() == TestIndex.position(1))
            #expect(try await Self.apply([messages[1]], at: 2, after: 1, other))
            #expect(Set(try await Self.find("tea", chat, backend)) == [messages[0].id, messages[1].id])
            #expect(
                try await index.lifecycle.formats(of: index.names.alias, until: Self.soon).keys.contains(former)
                    == false)
        }
    }

    @Test func aRebuildGoesOnAfterTheLastWholeBatch() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample((0..<6).map { "tea number\($0)" })
            let other = try await backend.another()
            try await backend.search.beginRebuild(at: TestIndex.position(6))
            try await backend.search.addToRebuild(Array(messages[0..<2]))
            // Of the next batch only the last got in before the process ended.
            let index = try backend.index
            let building = try #require(try await index.states.read(until: Self.soon)?.state.building?.index)
            try await index.writer.write(
                [MessageDocument.operation(messages[5])], to: index.names.buildAlias(of: building), until: Self.soon)
            let found = try await other.search.unfinishedRebuild()
            #expect(found == UnfinishedRebuild(last: messages[1].id, count: 2))
            try await other.search.addToRebuild(Array(messages[2..<6]))
            try await other.search.finishRebuild()
            #expect(try await Self.find("tea", chat, backend).count == 6)
        }
    }

    @Test func ofTwoRebuildsTheLaterGoesOn() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample(["tea one", "tea two"])
            let other = try await backend.another()
            try await backend.search.beginRebuild(at: TestIndex.position(1))
            try await other.search.beginRebuild(at: TestIndex.position(2))
            await expectFailure(.conflict) { try await backend.search.addToRebuild([messages[0]]) }
            await expectFailure(.conflict) { try await backend.search.finishRebuild() }
            try await other.search.addToRebuild([messages[1]])
            try await other.search.finishRebuild()
            await expectFailure(.conflict) { try await other.search.finishRebuild() }
            #expect(try await Self.find("tea", chat, backend) == [messages[1].id])
            #expect(try await Self.indexes(backend).count == 1, "nothing is left over")
        }
    }

    @Test func indexesThatNobodyKnowsAreRemovedOnceTheyAreOld() async throws {
        try await TestIndex.check { backend in
            #expect(try await Self.apply(Self.sample(["tea"]).messages, at: 1, after: nil, backend))
            let index = try backend.index
            let old = index.names.newIndex(at: Date(timeIntervalSinceNow: -7200))
            let young = index.names.newIndex(at: Date())
            for name in [old, young] { _ = try await index.client.call(.put, "/\(name)", until: Self.soon) }
            await index.lifecycle.sweep(until: Self.soon)
            let left = try await Self.indexes(backend)
            #expect(left == [try await Self.live(backend), young])
        }
    }

    @Test func aClaimWhoseOwnerIsGoneIsTakenOver() async throws {
        try await TestIndex.check { backend in
            #expect(try await Self.apply(Self.sample(["tea"]).messages, at: 1, after: nil, backend))
            let lifecycle = try backend.index.lifecycle
            let held = try #require(try await lifecycle.states.read(until: Self.soon))
            var state = held.state
            state.claim = IndexState.Claim(owner: "gone", token: "of somebody who is gone")
            #expect(try await lifecycle.states.replace(held, with: state, until: Self.soon) != nil)
            let patient = IndexClaims(lifecycle: lifecycle, patience: .seconds(600), timeout: .seconds(2))
            #expect(try await patient.take(following: TestIndex.position(1)) == nil, "somebody is at it")
            let impatient = IndexClaims(lifecycle: lifecycle, patience: .milliseconds(200), timeout: .seconds(30))
            let claim = try #require(try await impatient.take(following: TestIndex.position(1)))
            #expect(try await impatient.commit(claim, position: TestIndex.position(2)))
            #expect(try await backend.search.checkpoint() == TestIndex.position(2))
        }
    }

    @Test func aClaimOfOnesOwnThatWasLeftIsNoObstacle() async throws {
        try await TestIndex.check { backend in
            let (_, _, messages) = Self.sample(["tea one", "tea two"])
            #expect(try await Self.apply([messages[0]], at: 1, after: nil, backend))
            // A call that is cancelled between its steps leaves its claim.
            let call = Task { try await Self.apply([messages[1]], at: 2, after: 1, backend) }
            call.cancel()
            _ = try? await call.value
            let checkpoint = try await backend.search.checkpoint()
            if checkpoint == TestIndex.position(1) {
                let start = ContinuousClock.now
                #expect(try await Self.apply([messages[1]], at: 2, after: 1, backend))
                #expect(.now - start < .seconds(20))
            }
        }
    }

    @Test func whatIsOlderDoesNothing() async throws {
        try await TestIndex.check { backend in
            let (make, chat, messages) = Self.sample(["green tea", "black tea"])
            var changed = messages[0]
            changed.content = "coffee"
            changed.updatedAt = make.instant(.seconds(5))
            var deleted = messages[1]
            deleted.content = ""
            deleted.isDeleted = true
            deleted.deletedAt = make.start
            #expect(try await Self.apply([changed, deleted], at: 1, after: nil, backend))
            // A process that was slow brings what it read before.
            #expect(try await Self.apply(messages, at: 2, after: 1, backend))
            #expect(try await Self.find("coffee", chat, backend) == [changed.id])
            #expect(try await Self.find("tea", chat, backend) == [])
            try await backend.search.repair(storing: [messages[1]], removing: [])
            #expect(try await Self.find("tea", chat, backend) == [], "nor does mending bring back what was deleted")
        }
    }

    @Test func repairingTakesTheStoresWordAgainstALaterVersion() async throws {
        try await TestIndex.check { backend in
            let (make, chat, messages) = Self.sample(["green tea"])
            var later = messages[0]
            later.content = "coffee"
            later.updatedAt = make.instant(.seconds(5))
            #expect(try await Self.apply([later], at: 1, after: nil, backend))
            try await backend.search.repair(storing: messages, removing: [])
            #expect(try await Self.find("tea", chat, backend) == [messages[0].id])
            try await backend.search.repair(storing: [], removing: [messages[0].id])
            #expect(try await Self.find("tea", chat, backend) == [])
            try await backend.search.repair(storing: [later], removing: [])
            #expect(try await Self.find("coffee", chat, backend) == [later.id], "what was removed may come again")
        }
    }

    @Test func aDocumentThatTheEngineRefusesKeepsNobodyBack() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = Self.sample(["tea one", "tea two"])
            #expect(try await Self.apply([], at: 0, after: nil, backend))
            #expect(try await Self.apply([messages[0]], at: 1, after: nil, backend))
            let index = try backend.index
            let poison = BulkOperation(id: "poison", version: 1, document: Array(#"{"id":"x","unknown":1}"#.utf8))
            try await index.writer.write(
                [poison, MessageDocument.operation(messages[1])], to: index.names.alias, until: Self.soon)
            #expect(try await Self.find("tea", chat, backend).count == 2)
        }
    }
}
