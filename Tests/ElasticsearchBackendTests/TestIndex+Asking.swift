import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import ElasticsearchBackend

/// What the tests of the index say again and again.
extension TestIndex {
    static var soon: ContinuousClock.Instant { .now + .seconds(30) }

    /// Messages of one person in one conversation.
    static func sample(_ contents: [String]) -> (make: Fixtures, chat: Conversation.ID, messages: [Message]) {
        let make = Fixtures()
        let (chat, sender): (Conversation.ID, User.ID) = (make.id(), make.id())
        return (make, chat, contents.map { make.message($0, by: sender, in: chat) })
    }

    func find(_ text: String, _ chat: Conversation.ID) async throws -> [Message.ID] {
        try await search.search(
            MessageQuery(text: text, conversations: [chat], page: PageRequest(limit: 50))
        ).items.map(\.id)
    }

    /// Brings changes, all at one position, after another.
    func apply(_ messages: [Message], at number: Int, after former: Int?) async throws -> Bool {
        try await search.apply(
            messages.map { Self.change($0, at: number) }, following: former.map(Self.position))
    }

    /// All indexes of messages.
    func indexes() async throws -> Set<String> {
        let index = try index
        return Set(try await index.lifecycle.formats(of: index.names.pattern, until: Self.soon).keys)
    }

    /// The live index, as the state has it.
    func live() async throws -> String {
        try #require(try await index.states.read(until: Self.soon)).state.live
    }
}
