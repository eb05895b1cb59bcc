import Foundation
import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// The counters that unread counts are made of, against counting the messages themselves.
@Suite struct UnreadPropertyTests {
    private static let direct = """
        SELECT members.conversation, members.user,
            conversations.messageCount - members.baseline - members.sentCount - members.readCount,
            (SELECT count(*) FROM messages WHERE messages.conversation = members.conversation AND isDeleted = 0
                AND messages.sender <> members.user AND messages.createdAt >= members.joinedAt
                AND NOT EXISTS (SELECT 1 FROM message_reads
                    WHERE message = messages.id AND message_reads.user = members.user)),
            conversations.messageCount,
            (SELECT count(*) FROM messages WHERE messages.conversation = members.conversation AND isDeleted = 0)
        FROM conversation_members AS members JOIN conversations ON conversations.id = members.conversation
        """

    @Test func countersAgreeWithADirectCount() async throws {
        let given = ProcessInfo.processInfo.environment["MSGCTL_TEST_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 0...UInt64.max)
        print("The unread counters run with MSGCTL_TEST_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        let home = try TestDirectory()
        let backend = try await home.open()
        let people = try await backend.addUsers((0..<5).map { "user\($0)" })
        let groups = [try await backend.addGroup(people), try await backend.addGroup(Array(people.prefix(2)))]
        var messages: [Message.ID] = []
        for step in 0..<800 {
            let (user, group) = (
                people[Int.random(in: 0..<5, using: &random)], groups[Int.random(in: 0...1, using: &random)]
            )
            // Clocks disagree: what happens later may be dated earlier, or to the same instant.
            let now = Samples.at(Double(step / 10) + Double(Int.random(in: -3...3, using: &random)))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let message = Samples.message("\(step)", from: user, in: group, at: now)
                if (try? await backend.messages.insert(message)) != nil { messages.append(message.id) }
            case 4..<7:
                guard let message = messages.randomElement(using: &random) else { continue }
                _ = try await backend.messages.markRead(message, by: user, at: now)
            case 7:
                guard let message = messages.randomElement(using: &random) else { continue }
                _ = try await backend.messages.delete(message, at: now)
            case 8: _ = try await backend.conversations.addParticipants([user], to: group, at: now)
            default: _ = try await backend.conversations.removeParticipant(user, from: group, at: now)
            }
            guard step % 20 == 19 else { continue }
            let wrong = try await backend.database.read { db in
                try db.all(Self.direct) { row -> Bool in
                    let numbers: [Int64] = try (2..<6).map { try row.value($0) }
                    return numbers[0] != numbers[1] || numbers[2] != numbers[3]
                }.count { $0 }
            }
            #expect(wrong == 0, "at step \(step) of MSGCTL_TEST_SEED=\(seed)")
        }
    }
}
