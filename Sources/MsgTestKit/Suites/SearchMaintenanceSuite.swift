import Foundation
import MsgKit
import Testing

/// The rules of ``SearchIndex`` for taking in changes, and of ``RebuildableSearchIndex``.
public enum SearchMaintenanceSuite {
    public static let all: [ConformanceCase<any SearchUnderTest>] = [
        .init("taking in changes moves the checkpoint to the last", checkpoint),
        .init("changes that don't follow the checkpoint are not taken in", following),
        .init("of concurrent indexers one takes in a step", concurrentIndexers),
        .init("applying a change again alters nothing", again),
        .init("a message replaces what was there under its id", replacing),
        .init("a deleted message leaves the index", deletion),
        .init("another process finds what was taken in", elsewhere),
        .init("the live index answers while another is built beside it", rebuildBeside),
        .init("an unfinished rebuild is dropped by the next", rebuildAnew),
        .init("an unfinished rebuild is found by another process, which goes on with it", rebuildResumed),
        .init("what was built replaces the live index, with its position", rebuildReplaces),
        .init("a rebuilt index that knows no position has none", rebuildWithoutPosition),
        .init("an indexer notices that the index was rebuilt", indexerAfterRebuild),
        .init("entries are listed by message id, in steps", entries),
        .init("repairing corrects entries without moving the checkpoint", repair),
    ]

    private static func messages(_ contents: [String]) -> (make: Fixtures, chat: Conversation.ID, messages: [Message]) {
        let make = Fixtures()
        let (chat, sender): (Conversation.ID, User.ID) = (make.id(), make.id())
        return (make, chat, contents.map { make.message($0, by: sender, in: chat) })
    }

    private static func position(_ number: Int) -> ChangePosition { ChangePosition(token: "change-\(number)") }

    private static func deleted(_ message: Message) -> Message {
        var message = message
        message.content = ""
        message.isDeleted = true
        message.deletedAt = message.createdAt.later(by: .seconds(1))
        message.updatedAt = message.createdAt.later(by: .seconds(1))
        return message
    }

    private static func checkpoint(_ backend: any SearchUnderTest) async throws {
        let (_, _, messages) = messages(["one", "two", "three"])
        #expect(try await backend.search.checkpoint() == nil)
        try await backend.take([messages[0], messages[1]])
        #expect(try await backend.search.checkpoint() == position(2))
        try await backend.take([messages[2]], at: 3)
        #expect(try await backend.search.checkpoint() == position(3))
        _ = try await backend.search.apply([], following: position(3))
        #expect(try await backend.search.checkpoint() == position(3))
    }

    private static func following(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages(["one", "two", "three"])
        let change = { MessageChange(position: position($0), message: messages[$0 - 1]) }
        #expect(try await !backend.search.apply([change(1)], following: position(9)), "it is empty")
        #expect(try await backend.search.apply([change(1)], following: nil))
        #expect(try await !backend.search.apply([change(2)], following: nil), "it is not empty any more")
        #expect(try await backend.search.apply([change(2)], following: position(1)))
        #expect(try await !backend.search.apply([change(3)], following: position(1)), "it has moved since")
        #expect(try await backend.find("three", in: [chat]) == [], "nothing is taken in then")
        #expect(try await backend.find("two", in: [chat]) == [messages[1].id])
        #expect(try await backend.search.checkpoint() == position(2))
    }

    private static func concurrentIndexers(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages((0..<10).map { "number \($0)" })
        let elsewhere = try await backend.another()
        let taken = try await concurrently(messages.count) { number in
            let change = MessageChange(position: position(number), message: messages[number])
            return try await (number % 2 == 0 ? backend : elsewhere).search.apply([change], following: nil)
        }
        #expect(taken.count { $0 } == 1)
        let winner = try #require(taken.firstIndex(of: true))
        #expect(try await backend.find("number", in: [chat]) == [messages[winner].id])
        #expect(try await backend.search.checkpoint() == position(winner))
    }

    private static func again(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages(["tea one", "tea two", "coffee"])
        let gone = deleted(messages[2])
        for _ in 0..<3 { try await backend.take([messages[0], messages[1], gone]) }
        #expect(Set(try await backend.find("tea", in: [chat])) == [messages[0].id, messages[1].id])
        #expect(try await backend.search.entries(after: nil, limit: 10).map(\.id) == [messages[0].id, messages[1].id])
        #expect(try await backend.search.checkpoint() == position(3))
    }

    private static func replacing(_ backend: any SearchUnderTest) async throws {
        let (make, chat, messages) = messages(["tea", "tea as well"])
        try await backend.take(messages)
        var changed = messages[0]
        changed.content = "coffee"
        changed.updatedAt = make.instant(.seconds(1))
        try await backend.take([changed], at: 3)
        #expect(try await backend.find("coffee", in: [chat]) == [changed.id])
        #expect(try await backend.find("tea", in: [chat]) == [messages[1].id])
        let entries = try await backend.search.entries(after: nil, limit: 10)
        #expect(entries.map(\.updatedAt) == [changed.updatedAt, messages[1].updatedAt])
        try await backend.take([messages[1], deleted(messages[1]), changed], at: 4)
        #expect(try await backend.find("tea", in: [chat]) == [], "of several changes of a message the last counts")
    }

    private static func deletion(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages(["tea", "tea as well"])
        try await backend.take(messages)
        try await backend.take([deleted(messages[0])], at: 3)
        #expect(try await backend.find("tea", in: [chat]) == [messages[1].id])
        #expect(try await backend.search.entries(after: nil, limit: 10).map(\.id) == [messages[1].id])
        try await backend.take([deleted(messages[0])], at: 4)
        #expect(try await backend.search.checkpoint() == position(4), "a message that is not there can leave as well")
    }

    private static func elsewhere(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages(["tea", "tea as well"])
        let elsewhere = try await backend.another()
        try await backend.take([messages[0]])
        #expect(try await elsewhere.find("tea", in: [chat]) == [messages[0].id])
        try await backend.search.beginRebuild(at: position(2))
        try await backend.search.addToRebuild([messages[1]])
        try await backend.search.finishRebuild()
        #expect(try await elsewhere.find("tea", in: [chat]) == [messages[1].id])
        #expect(try await elsewhere.search.checkpoint() == position(2))
    }

    private static func rebuildBeside(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages(["tea one", "tea two", "tea three"])
        try await backend.take([messages[0]])
        try await backend.search.beginRebuild(at: nil)
        try await backend.search.addToRebuild([messages[1]])
        #expect(try await backend.find("tea", in: [chat]) == [messages[0].id])
        #expect(try await backend.search.entries(after: nil, limit: 10).map(\.id) == [messages[0].id])
        #expect(try await backend.search.checkpoint() == position(1))
        try await backend.take([messages[2]], at: 2)
        #expect(
            Set(try await backend.find("tea", in: [chat])) == [messages[0].id, messages[2].id], "it takes changes in")
    }

    private static func rebuildAnew(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages(["tea one", "tea two"])
        try await backend.search.beginRebuild(at: nil)
        try await backend.search.addToRebuild([messages[0]])
        try await backend.search.beginRebuild(at: position(7))
        try await backend.search.addToRebuild([messages[1]])
        try await backend.search.finishRebuild()
        #expect(try await backend.find("tea", in: [chat]) == [messages[1].id])
        try await backend.search.beginRebuild(at: position(8))
        try await backend.search.finishRebuild()
        #expect(try await backend.find("tea", in: [chat]) == [], "a new index begins empty")
    }

    private static func rebuildResumed(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages((0..<9).map { "tea number\($0)" })
        let elsewhere = try await backend.another()
        try await backend.take([messages[0]])
        #expect(try await backend.search.unfinishedRebuild() == nil)
        try await backend.search.beginRebuild(at: position(7))
        #expect(try await elsewhere.search.unfinishedRebuild() == UnfinishedRebuild(last: nil, count: 0))
        try await backend.search.addToRebuild(Array(messages[0..<3]))
        try await backend.search.addToRebuild(Array(messages[3..<5]))
        let found = try await elsewhere.search.unfinishedRebuild()
        #expect(found == UnfinishedRebuild(last: messages[4].id, count: 5))
        // What the process that is gone may still have sent is added once.
        try await elsewhere.search.addToRebuild(Array(messages[4..<9]))
        try await elsewhere.search.finishRebuild()
        #expect(try await elsewhere.search.checkpoint() == position(7))
        #expect(try await backend.find("tea", in: [chat]).count == 9)
        #expect(try await backend.search.entries(after: nil, limit: 10).map(\.id) == messages.map(\.id))
        #expect(try await backend.search.unfinishedRebuild() == nil)
        await #expect(throws: (any Error).self, "it has been finished") {
            try await backend.search.addToRebuild([messages[0]])
        }
    }

    private static func rebuildReplaces(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages((0..<500).map { "tea number\($0)" })
        try await backend.take(Array(messages[0..<10]))
        try await backend.search.beginRebuild(at: position(500))
        for start in stride(from: 5, to: 500, by: 99) {
            try await backend.search.addToRebuild(Array(messages[start..<min(500, start + 99)]))
        }
        try await backend.search.finishRebuild()
        #expect(try await backend.search.checkpoint() == position(500))
        #expect(try await backend.find("number4 tea", in: [chat]) == [], "the former index is gone")
        #expect(try await backend.find("number5 tea", in: [chat]) == [messages[5].id])
        let page = try await backend.search.search(
            MessageQuery(text: "tea", conversations: [chat], page: PageRequest(limit: 1)))
        #expect(page.total == 495)
        try await backend.take([deleted(messages[5]), messages[0]], at: 501)
        #expect(try await backend.find("number5 tea", in: [chat]) == [], "it takes changes in")
        #expect(try await backend.find("number0 tea", in: [chat]) == [messages[0].id], "it takes changes in")
    }

    private static func rebuildWithoutPosition(_ backend: any SearchUnderTest) async throws {
        let (_, _, messages) = messages(["tea"])
        try await backend.take(messages)
        try await backend.search.beginRebuild(at: nil)
        try await backend.search.finishRebuild()
        #expect(try await backend.search.checkpoint() == nil)
        #expect(try await backend.search.entries(after: nil, limit: 10) == [])
    }

    private static func indexerAfterRebuild(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = messages(["tea one", "tea two", "tea three"])
        try await backend.take([messages[0], messages[1]])
        let seen = try await backend.search.checkpoint()
        try await backend.search.beginRebuild(at: position(1))
        try await backend.search.addToRebuild([messages[0]])
        try await backend.search.finishRebuild()
        let change = MessageChange(position: position(3), message: messages[2])
        #expect(try await !backend.search.apply([change], following: seen), "the second message would be left out")
        #expect(try await backend.find("tea", in: [chat]) == [messages[0].id])
        try await backend.take([messages[1], messages[2]], at: 2)
        #expect(Set(try await backend.find("tea", in: [chat])) == Set(messages.map(\.id)))
    }

    private static func entries(_ backend: any SearchUnderTest) async throws {
        let (make, _, unordered) = messages((0..<20).map { "number \($0)" })
        var messages = unordered
        for number in messages.indices { messages[number].updatedAt = make.instant(.milliseconds(number)) }
        try await backend.take(messages.shuffled())
        for limit in [1, 6, 20, 100] {
            var seen: [SearchEntry] = []
            while seen.count < 100 {
                let step = try await backend.search.entries(after: seen.last?.id, limit: limit)
                #expect(step.count <= limit)
                if step.isEmpty { break }
                seen += step
            }
            #expect(seen == messages.map { SearchEntry(id: $0.id, updatedAt: $0.updatedAt) }, "in steps of \(limit)")
        }
    }

    private static func repair(_ backend: any SearchUnderTest) async throws {
        let (make, chat, messages) = messages(["tea one", "tea two", "tea three"])
        try await backend.take([messages[0], messages[1]])
        var corrected = messages[0]
        corrected.content = "tea corrected"
        corrected.updatedAt = make.instant(.seconds(1))
        try await backend.search.repair(storing: [corrected, messages[2]], removing: [messages[1].id, make.id()])
        #expect(Set(try await backend.find("tea", in: [chat])) == [corrected.id, messages[2].id])
        #expect(try await backend.find("corrected", in: [chat]) == [corrected.id])
        #expect(try await backend.find("one", in: [chat]) == [])
        #expect(
            try await backend.search.entries(after: nil, limit: 10).map(\.updatedAt) == [
                corrected.updatedAt, messages[2].updatedAt,
            ])
        #expect(try await backend.search.checkpoint() == position(2))
        try await backend.search.repair(storing: [], removing: [])
        #expect(try await backend.search.checkpoint() == position(2))
    }
}
