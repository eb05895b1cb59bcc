import MsgKit

/// A page of conversations.
struct ConversationListAnswer: Encodable, Sendable {
    var conversations: [ConversationAnswer]
    var pagination: PaginationAnswer

    init(_ page: Page<ConversationListing>) {
        conversations = page.items.map { ConversationAnswer($0) }
        pagination = PaginationAnswer(page)
    }
}
