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
    @Test func anIndexThatWasRemovedIsFilledFromTheBeginning() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample(["green tea", "black tea"])
            #expect(try await backend.apply(messages, at: 1, after: nil))
            _ = try await backend.index.client.call(.delete, "/\(try await backend.live())", until: TestIndex.soon)
            #expect(try await backend.find("tea", chat) == [])
            #expect(try await backend.search.checkpoint() == nil)
            #expect(try await !backend.apply([messages[1]], at: 2, after: 1), "what came before would be missing")
            #expect(try await backend.indexes() == [], "and nothing is made by writing")
            #expect(try await backend.apply(messages, at: 1, after: nil))
            #expect(try await backend.find("tea", chat).count == 2)
            #expect(try await backend.search.checkpoint() == TestIndex.position(1))
        }
    }

    @Test func anAliasThatWasRemovedIsSetAgain() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample(["green tea", "black tea"])
            #expect(try await backend.apply([messages[0]], at: 1, after: nil))
            let index = try backend.index
            let live = try await backend.live()
            _ = try await index.client.call(
                .post, "/_aliases",
                ["actions": [["remove": ["index": .string(live), "alias": .string(index.names.alias)]]]],
                until: TestIndex.soon)
            #expect(try await backend.find("tea", chat) == [])
            #expect(try await backend.apply([messages[1]], at: 2, after: 1))
            #expect(try await backend.find("tea", chat).count == 2)
            #expect(try await backend.indexes() == [live])
        }
    }

    @Test func anIndexWhoseStateWasLostIsKeptAndFilledAgain() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample(["green tea", "black tea"])
            #expect(try await backend.apply(messages, at: 1, after: nil))
            let index = try backend.index
            let live = try await backend.live()
            _ = try await index.client.call(.delete, "/\(index.names.state)", until: TestIndex.soon)
            #expect(try await backend.search.checkpoint() == nil)
            #expect(try await backend.find("tea", chat).count == 2, "it answers meanwhile")
            #expect(try await backend.apply([messages[0]], at: 1, after: nil))
            #expect(try await backend.find("tea", chat).count == 2)
            #expect(try await backend.live() == live)
        }
    }

    @Test func aWriterWithoutAnAliasMakesNoIndex() async throws {
        try await TestIndex.check { backend in
            let (_, _, messages) = TestIndex.sample(["tea"])
            let index = try backend.index
            await #expect(throws: ElasticsearchFault.self) {
                try await index.writer.write(
                    messages.map(MessageDocument.operation), to: index.names.alias, until: TestIndex.soon)
            }
            #expect(try await index.lifecycle.formats(of: index.names.alias, until: TestIndex.soon).isEmpty)
        }
    }

    @Test func anIndexInTheAliasesPlaceIsAFailureThatSaysSo() async throws {
        try await TestIndex.check { backend in
            let index = try backend.index
            _ = try await index.client.call(.put, "/\(index.names.alias)", until: TestIndex.soon)
            await expectFailure(.configuration) { try await backend.search.checkpoint() }
            await expectFailure(.configuration) {
                try await backend.apply(TestIndex.sample(["tea"]).messages, at: 1, after: nil)
            }
            _ = try await index.client.call(.delete, "/\(index.names.alias)", until: TestIndex.soon)
        }
    }

    @Test func anIndexOfAnOlderFormatIsReplaced() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample(["green tea", "black tea"])
            #expect(try await backend.apply([messages[0]], at: 1, after: nil))
            let former = try await backend.live()
            try await Self.setFormat(0, backend)
            #expect(try await backend.search.checkpoint() == nil)
            #expect(try await backend.search.unfinishedRebuild() == nil)
            #expect(try await backend.apply(messages, at: 2, after: nil))
            #expect(try await backend.find("tea", chat).count == 2)
            #expect(try await !backend.indexes().contains(former))
        }
    }

    @Test func anIndexOfANewerFormatIsLeftAloneUntilARebuild() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample(["green tea", "black tea"])
            #expect(try await backend.apply([messages[0]], at: 1, after: nil))
            try await Self.setFormat(IndexNames.format + 1, backend)
            await expectFailure(.unavailable) { try await backend.search.checkpoint() }
            await expectFailure(.unavailable) { try await backend.apply(messages, at: 2, after: nil) }
            try await backend.search.beginRebuild(at: TestIndex.position(5))
            try await backend.search.addToRebuild([messages[1]])
            try await backend.search.finishRebuild()
            #expect(try await backend.search.checkpoint() == TestIndex.position(5))
            #expect(try await backend.find("tea", chat) == [messages[1].id])
        }
    }

    private static func setFormat(_ format: Int, _ backend: TestIndex) async throws {
        let states = try backend.index.states
        let held = try #require(try await states.read(until: TestIndex.soon))
        var state = held.state
        state.format = format
        #expect(try await states.replace(held, with: state, until: TestIndex.soon) != nil)
    }

    @Test func aRebuildThatEndedBeforeTheAliasFollowedIsCompleted() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample(["tea one", "tea two", "tea three"])
            #expect(try await backend.apply(messages, at: 9, after: nil))
            try await backend.search.beginRebuild(at: TestIndex.position(1))
            try await backend.search.addToRebuild([messages[0]])
            let index = try backend.index
            let former = try await backend.live()
            let held = try #require(try await index.states.read(until: TestIndex.soon))
            let building = try #require(held.state.building)
            let state = IndexState(format: IndexNames.format, live: building.index, position: building.position)
            #expect(try await index.states.replace(held, with: state, until: TestIndex.soon) != nil)
            // Here the process ended.
            #expect(try await backend.find("tea", chat).count == 3, "the former index still answers")
            let other = try await backend.another()
            #expect(try await other.search.checkpoint() == TestIndex.position(1))
            #expect(try await other.apply([messages[1]], at: 2, after: 1))
            #expect(Set(try await backend.find("tea", chat)) == [messages[0].id, messages[1].id])
            #expect(
                try await index.lifecycle.formats(of: index.names.alias, until: TestIndex.soon).keys.contains(former)
                    == false)
        }
    }

    @Test func aRebuildGoesOnAfterTheLastWholeBatch() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample((0..<6).map { "tea number\($0)" })
            let other = try await backend.another()
            try await backend.search.beginRebuild(at: TestIndex.position(6))
            try await backend.search.addToRebuild(Array(messages[0..<2]))
            // Of the next batch only the last got in before the process ended.
            let index = try backend.index
            let building = try #require(try await index.states.read(until: TestIndex.soon)?.state.building?.index)
            try await index.writer.write(
                [MessageDocument.operation(messages[5])], to: index.names.buildAlias(of: building),
                until: TestIndex.soon)
            let found = try await other.search.unfinishedRebuild()
            #expect(found == UnfinishedRebuild(last: messages[1].id, count: 2))
            try await other.search.addToRebuild(Array(messages[2..<6]))
            try await other.search.finishRebuild()
            #expect(try await backend.find("tea", chat).count == 6)
        }
    }

    @Test func ofTwoRebuildsTheLaterGoesOn() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample(["tea one", "tea two"])
            let other = try await backend.another()
            try await backend.search.beginRebuild(at: TestIndex.position(1))
            try await other.search.beginRebuild(at: TestIndex.position(2))
            await expectFailure(.conflict) { try await backend.search.addToRebuild([messages[0]]) }
            await expectFailure(.conflict) { try await backend.search.finishRebuild() }
            try await other.search.addToRebuild([messages[1]])
            try await other.search.finishRebuild()
            await expectFailure(.conflict) { try await other.search.finishRebuild() }
            #expect(try await backend.find("tea", chat) == [messages[1].id])
            #expect(try await backend.indexes().count == 1, "nothing is left over")
        }
    }

    @Test func indexesThatNobodyKnowsAreRemovedOnceTheyAreOld() async throws {
        try await TestIndex.check { backend in
            #expect(try await backend.apply(TestIndex.sample(["tea"]).messages, at: 1, after: nil))
            let index = try backend.index
            let old = index.names.newIndex(at: Date(timeIntervalSinceNow: -7200))
            let young = index.names.newIndex(at: Date())
            for name in [old, young] { _ = try await index.client.call(.put, "/\(name)", until: TestIndex.soon) }
            await index.lifecycle.sweep(until: TestIndex.soon)
            let left = try await backend.indexes()
            #expect(left == [try await backend.live(), young])
        }
    }
}
