import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import ElasticsearchBackend

/// Who may write, and what stays when something older or something broken comes.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: EngineURL.elasticsearch != nil, "It needs an Elasticsearch; start one with scripts/services."))
struct IndexWritingTests {
    @Test func aClaimWhoseOwnerIsGoneIsTakenOver() async throws {
        try await TestIndex.check { backend in
            #expect(try await backend.apply(TestIndex.sample(["tea"]).messages, at: 1, after: nil))
            let lifecycle = try backend.index.lifecycle
            let held = try #require(try await lifecycle.states.read(until: TestIndex.soon))
            var state = held.state
            state.claim = IndexState.Claim(owner: "gone", token: "of somebody who is gone")
            #expect(try await lifecycle.states.replace(held, with: state, until: TestIndex.soon) != nil)
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
            let (_, _, messages) = TestIndex.sample(["tea one", "tea two"])
            #expect(try await backend.apply([messages[0]], at: 1, after: nil))
            // A call that is cancelled between its steps leaves its claim.
            let call = Task { try await backend.apply([messages[1]], at: 2, after: 1) }
            call.cancel()
            _ = try? await call.value
            let checkpoint = try await backend.search.checkpoint()
            if checkpoint == TestIndex.position(1) {
                let start = ContinuousClock.now
                #expect(try await backend.apply([messages[1]], at: 2, after: 1))
                #expect(.now - start < .seconds(20))
            }
        }
    }

    @Test func whatIsOlderDoesNothing() async throws {
        try await TestIndex.check { backend in
            let (make, chat, messages) = TestIndex.sample(["green tea", "black tea"])
            var changed = messages[0]
            changed.content = "coffee"
            changed.updatedAt = make.instant(.seconds(5))
            var deleted = messages[1]
            deleted.content = ""
            deleted.isDeleted = true
            deleted.deletedAt = make.start
            #expect(try await backend.apply([changed, deleted], at: 1, after: nil))
            // A process that was slow brings what it read before.
            #expect(try await backend.apply(messages, at: 2, after: 1))
            #expect(try await backend.find("coffee", chat) == [changed.id])
            #expect(try await backend.find("tea", chat) == [])
            try await backend.search.repair(storing: [messages[1]], removing: [])
            #expect(try await backend.find("tea", chat) == [], "nor does mending bring back what was deleted")
        }
    }

    @Test func repairingTakesTheStoresWordAgainstALaterVersion() async throws {
        try await TestIndex.check { backend in
            let (make, chat, messages) = TestIndex.sample(["green tea"])
            var later = messages[0]
            later.content = "coffee"
            later.updatedAt = make.instant(.seconds(5))
            #expect(try await backend.apply([later], at: 1, after: nil))
            try await backend.search.repair(storing: messages, removing: [])
            #expect(try await backend.find("tea", chat) == [messages[0].id])
            try await backend.search.repair(storing: [], removing: [messages[0].id])
            #expect(try await backend.find("tea", chat) == [])
            try await backend.search.repair(storing: [later], removing: [])
            #expect(try await backend.find("coffee", chat) == [later.id], "what was removed may come again")
        }
    }

    @Test func aDocumentThatTheEngineRefusesKeepsNobodyBack() async throws {
        try await TestIndex.check { backend in
            let (_, chat, messages) = TestIndex.sample(["tea one", "tea two"])
            #expect(try await backend.apply([], at: 0, after: nil))
            #expect(try await backend.apply([messages[0]], at: 1, after: nil))
            let index = try backend.index
            let poison = BulkOperation(id: "poison", version: 1, document: Array(#"{"id":"x","unknown":1}"#.utf8))
            try await index.writer.write(
                [poison, MessageDocument.operation(messages[1])], to: index.names.alias, until: TestIndex.soon)
            #expect(try await backend.find("tea", chat).count == 2)
        }
    }
}
