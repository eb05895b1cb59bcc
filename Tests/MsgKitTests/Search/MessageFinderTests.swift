import MsgTestKit
import Testing

@testable import MsgKit

struct MessageFinderTests {
    private struct Index: SearchIndex {
        var failure: MsgError?
        var total = 7
        var position: ChangePosition? = ChangePosition(token: "1")

        func checkpoint() async throws -> ChangePosition? { position }

        func apply(_ changes: [MessageChange], following checkpoint: ChangePosition?) async throws -> Bool { false }

        func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
            if let failure { throw failure }
            return Page(items: [], request: query.page, total: total)
        }
    }

    private struct Feed: MessageChangeFeed {
        var position: ChangePosition? = ChangePosition(token: "1")

        func changes(after position: ChangePosition?, limit: Int) async throws -> [MessageChange] { [] }
        func currentPosition() async throws -> ChangePosition? { position }
        func messages(afterID id: Message.ID?, limit: Int) async throws -> [Message] { [] }
        func waitForChange(after position: ChangePosition?, timeout: Duration) async throws {}
    }

    private func finder(
        _ index: Index = Index(), feed: Feed = Feed(), fallback: (any MessageTextSearch)? = nil
    ) -> MessageFinder {
        MessageFinder(index: index, feed: feed, fallback: fallback)
    }

    private static let away = MsgError(.unavailable, "The search engine does not answer.")

    private let query = MessageQuery(text: "tea", conversations: [Fixtures().id()], page: PageRequest(limit: 10))

    @Test func theIndexAnswersWhileItIsThere() async throws {
        let found = try await finder(fallback: MemoryTextSearch()).find(query)
        #expect(found.matches.total == 7)
        #expect(!found.isDegraded)
    }

    @Test func theStoreAnswersWhileTheIndexIsAway() async throws {
        let make = Fixtures()
        let store = MemoryTextSearch()
        let message = make.message("green tea", by: make.id(), in: query.conversations[0])
        try await store.store([message])
        let found = try await finder(Index(failure: Self.away), fallback: store).find(query)
        #expect(found.matches.items.map(\.id) == [message.id])
        #expect(found.isDegraded)
    }

    @Test func withoutAFallbackASearchFails() async {
        await #expect {
            _ = try await finder(Index(failure: Self.away)).find(query)
        } throws: { MsgError(wrapping: $0).code == .unavailable }
    }

    @Test func anIndexThatIsNotBuiltYetIsNotReady() async throws {
        let unbuilt = Index(total: 0, position: nil)
        let error = await #expect(throws: MsgError.self) { _ = try await finder(unbuilt).find(query) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("being built") == true)
        let found = try await finder(unbuilt, fallback: MemoryTextSearch()).find(query)
        #expect(found.isDegraded)
    }

    @Test func anIndexThatHadNothingToHoldIsNotBeingBuilt() async throws {
        let progress = IndexingProgress(clock: FakeClock())
        var finder = finder(Index(total: 0, position: nil))
        finder.progress = progress
        // Nothing is known of it yet, then it is looked at while there are no messages.
        await #expect(throws: MsgError.self) { _ = try await finder.find(query) }
        progress.look(at: nil, hasChanges: false)
        let found = try await finder.find(query)
        #expect(found.matches.total == 0 && !found.isDegraded)
        // The first message is there, and waits for its turn.
        progress.look(at: nil, hasChanges: true)
        #expect(try await finder.find(query).matches.total == 0)
        // It has held something, and is lost: what it finds is no answer any more.
        progress.look(at: ChangePosition(token: "1"), hasChanges: false)
        progress.look(at: nil, hasChanges: true)
        await #expect(throws: MsgError.self) { _ = try await finder.find(query) }
    }

    @Test func findingNothingIsAnAnswerOfAnIndexThatIsBuiltOrHasNothingToHold() async throws {
        let built = try await finder(Index(total: 0)).find(query)
        #expect(built.matches.total == 0 && !built.isDegraded)
        let idle = try await finder(Index(total: 0, position: nil), feed: Feed(position: nil)).find(query)
        #expect(idle.matches.total == 0 && !idle.isDegraded)
    }

    @Test(arguments: [ErrorCode.serverBusy, .internalError])
    func otherFailuresAreNoReasonToAskTheStore(code: ErrorCode) async {
        let index = Index(failure: MsgError(code, "No."))
        await #expect { _ = try await finder(index, fallback: MemoryTextSearch()).find(query) } throws: {
            MsgError(wrapping: $0).code == code
        }
    }

    @Test(arguments: MessageTextSearchSuite.all)
    func theMatcherKeepsTheRulesOfAStoresSearch(_ rule: ConformanceCase<any TextSearchUnderTest>) async throws {
        try await rule.check(MemoryTextSearch())
    }
}
