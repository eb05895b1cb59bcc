import Foundation

/// What to look for among messages.
public struct MessageQuery: Sendable, Equatable {
    /// How long the text may be, in characters.
    public static let maximumTextLength = 200

    /// Words; each must occur, the last one may be the beginning of a word.
    public var text: String
    /// Only in these conversations; never empty.
    public var conversations: [Conversation.ID]
    public var sender: User.ID?
    /// Only messages created at this instant or later.
    public var from: Date?
    /// Only messages created before this instant.
    public var to: Date?
    public var page: PageRequest

    public init(
        text: String, conversations: [Conversation.ID], sender: User.ID? = nil, from: Date? = nil, to: Date? = nil,
        page: PageRequest
    ) {
        self.text = text
        self.conversations = conversations
        self.sender = sender
        self.from = from
        self.to = to
        self.page = page
    }
}
