import Foundation
import MsgKit
import Testing

extension SearchUnderTest {
    /// Takes in messages as changes at positions of their own that begin with the number, after what is there.
    func take(
        _ messages: [Message], at number: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let changes = messages.enumerated().map { offset, message in
            MessageChange(position: ChangePosition(token: "change-\(number + offset)"), message: message)
        }
        let taken = try await search.apply(changes, following: try await search.checkpoint())
        try #require(taken, "the checkpoint has not moved", sourceLocation: sourceLocation)
    }

    /// The ids of what is found, the best first.
    func find(
        _ text: String, in conversations: [Conversation.ID], sender: User.ID? = nil, from: Date? = nil, to: Date? = nil
    ) async throws -> [Message.ID] {
        let page = try await search.search(
            MessageQuery(
                text: text, conversations: conversations, sender: sender, from: from, to: to,
                page: PageRequest(limit: 100)))
        #expect(page.total == page.items.count, "the total is that of what is found")
        return page.items.map(\.id)
    }
}
