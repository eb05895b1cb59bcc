import Foundation

/// Finds messages in one's own conversations.
public struct SearchService: Sendable {
    private let finder: MessageFinder
    private let messages: any MessageStore
    private let conversations: ConversationService
    private let service: MessageService

    /// - Parameters:
    ///   - feed: what the index is built from.
    ///   - fallback: answers while the index is away or not built yet; nil when a search fails then.
    ///   - progress: of the indexer of this process, where there is one.
    public init(
        index: any SearchIndex, feed: any MessageChangeFeed, messages: any MessageStore,
        conversations: ConversationService, service: MessageService, fallback: (any MessageTextSearch)? = nil,
        progress: IndexingProgress? = nil
    ) {
        finder = MessageFinder(index: index, feed: feed, fallback: fallback, progress: progress)
        self.messages = messages
        self.conversations = conversations
        self.service = service
    }

    /// The best hits first. A message that was deleted since it was indexed is left out.
    /// - Parameter conversation: only there; nil for all of the principal's.
    /// - Throws: as ``ConversationService/conversation(_:for:)``; ``ErrorCode/unavailable`` when the index is away or
    ///   not built yet and nothing answers in its place.
    public func search(
        _ text: String, in conversation: Conversation.ID? = nil, sender: User.ID? = nil, from: Date? = nil,
        to: Date? = nil, page: PageRequest, for principal: Principal
    ) async throws -> MessageSearchResult {
        let scope: [Conversation.ID]
        if let conversation {
            scope = [try await conversations.conversation(conversation, for: principal).id]
        } else {
            scope = try await conversations.identifiers(for: principal.id)
        }
        guard !scope.isEmpty else {
            return MessageSearchResult(page: Page(items: [], request: page, total: 0), isDegraded: false)
        }
        let query = MessageQuery(text: text, conversations: scope, sender: sender, from: from, to: to, page: page)
        let (matches, isDegraded) = try await finder.find(query)
        let found = try await messages.messages(matches.items.map(\.id))
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let senders = try await service.senders(of: found)
        let hits = matches.items.compactMap { match in
            byID[match.id].map { message in
                MessageHit(
                    message: message, sender: senders[message.sender], score: match.score,
                    highlight: Self.html(match.fragment))
            }
        }
        return MessageSearchResult(
            page: Page(items: hits, request: page, total: matches.total), isDegraded: isDegraded)
    }

    /// Scalar by scalar: a `<` that a combining mark follows is one character with it, and still markup.
    private static func html(_ fragment: String) -> String {
        var html = ""
        for scalar in fragment.unicodeScalars {
            switch Character(scalar) {
            case MessageMatch.matchStart: html += "<em>"
            case MessageMatch.matchEnd: html += "</em>"
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default: html.unicodeScalars.append(scalar)
            }
        }
        return html
    }
}
