import Foundation
import MsgKit

/// The people of ``PipelineModel`` and a conversation for each two of them.
struct PipelineCast: Sendable {
    let make: Fixtures
    let users: [User]
    let conversations: [Conversation]

    static func gather(in pipeline: PipelineUnderTest) async throws -> PipelineCast {
        let make = Fixtures(start: pipeline.clock.now)
        let users = (0..<3).map { make.user("user_\($0)") }
        for user in users { try await pipeline.users.insert(user) }
        let pairs = [(0, 1), (1, 2), (2, 0)].map { make.direct(users[$0].id, users[$1].id) }
        let found = try await pipeline.conversations.findOrCreateDirect(pairs)
        return PipelineCast(make: make, users: users, conversations: found.map(\.conversation))
    }

    /// Messages of which each two share a conversation, due within a minute.
    func messages(_ count: Int, run: Int, at now: Date, using random: inout SeededGenerator) -> [AutoMessage] {
        (0..<count).map { number in
            let conversation = conversations[number % conversations.count]
            let people = conversation.participants
            return make.autoMessage(
                "Message \(number) of run \(run)", by: people[number % 2], to: people[1 - number % 2],
                in: conversation.id, due: now.later(by: .seconds(random.below(60))), date: make.planDate(run))
        }
    }
}
