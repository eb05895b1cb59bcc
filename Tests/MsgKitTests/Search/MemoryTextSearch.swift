import MsgKit
import MsgTestKit
import Synchronization

/// The rules of a store's own search, over an array.
final class MemoryTextSearch: MessageTextSearch, TextSearchUnderTest {
    private let messages = Mutex<[Message.ID: Message]>([:])

    var textSearch: any MessageTextSearch { self }

    func another() async throws -> MemoryTextSearch { self }

    func release() async throws {}

    func store(_ new: [Message]) async throws {
        messages.withLock { messages in
            for message in new { messages[message.id] = message }
        }
    }

    func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
        guard let matcher = MessageTextMatcher(query.text) else {
            return Page(items: [], request: query.page, total: 0)
        }
        let scope = Set(query.conversations)
        let matches = messages.withLock { Array($0.values) }
            .filter { message in
                !message.isDeleted && scope.contains(message.conversation)
                    && query.sender.map { message.sender == $0 } ?? true
                    && query.from.map { message.createdAt >= $0 } ?? true
                    && query.to.map { message.createdAt < $0 } ?? true
            }
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            .compactMap { message in
                matcher.fragment(of: message.content).map { MessageMatch(id: message.id, score: 0, fragment: $0) }
            }
        return Page(
            items: Array(matches.dropFirst(query.page.offset).prefix(query.page.limit)), request: query.page,
            total: matches.count)
    }
}
