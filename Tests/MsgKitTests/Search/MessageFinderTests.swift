import MsgTestKit
import Testing

@testable import MsgKit

struct MessageFinderTests {
    private struct Index: SearchIndex {
        var failure: MsgError?

        func checkpoint() async throws -> ChangePosition? { nil }

        func apply(_ changes: [MessageChange], following checkpoint: ChangePosition?) async throws -> Bool { false }

        func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
            if let failure { throw failure }
            return Page(items: [], request: query.page, total: 7)
        }
    }

    private static let away = MsgError(.unavailable, "The search engine does not answer.")

    private let query = MessageQuery(text: "tea", conversations: [Fixtures().id()], page: PageRequest(limit: 10))

    @Test func theIndexAnswersWhileItIsThere() async throws {
        let found = try await MessageFinder(index: Index(), fallback: MemoryTextSearch()).find(query)
        #expect(found.matches.total == 7)
        #expect(!found.isDegraded)
    }

    @Test func theStoreAnswersWhileTheIndexIsAway() async throws {
        let make = Fixtures()
        let store = MemoryTextSearch()
        let message = make.message("green tea", by: make.id(), in: query.conversations[0])
        try await store.store([message])
        let found = try await MessageFinder(index: Index(failure: Self.away), fallback: store).find(query)
        #expect(found.matches.items.map(\.id) == [message.id])
        #expect(found.isDegraded)
    }

    @Test func withoutAFallbackASearchFails() async {
        await #expect {
            _ = try await MessageFinder(index: Index(failure: Self.away), fallback: nil).find(query)
        } throws: { MsgError(wrapping: $0).code == .unavailable }
    }

    @Test(arguments: [ErrorCode.serverBusy, .internalError])
    func otherFailuresAreNoReasonToAskTheStore(code: ErrorCode) async {
        let index = Index(failure: MsgError(code, "No."))
        await #expect { _ = try await MessageFinder(index: index, fallback: MemoryTextSearch()).find(query) } throws: {
            MsgError(wrapping: $0).code == code
        }
    }

    @Test(arguments: MessageTextSearchSuite.all)
    func theMatcherKeepsTheRulesOfAStoresSearch(_ rule: ConformanceCase<any TextSearchUnderTest>) async throws {
        try await rule.check(MemoryTextSearch())
    }
}
