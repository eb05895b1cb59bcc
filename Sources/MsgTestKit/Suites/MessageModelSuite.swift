import Foundation
import MsgKit
import Testing

/// Compares histories and unread counts with a model under random operations.
///
/// Each run draws a seed, prints it and names it in what it reports; the environment variable `MSGCTL_TEST_SEED`
/// repeats a run.
public enum MessageModelSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("histories, last messages and unread counts are those of the model", agreement)
    ]

    private static let steps = 400

    private static func agreement(_ backend: any RecordsUnderTest) async throws {
        let given = ProcessInfo.processInfo.environment["MSGCTL_TEST_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 0...UInt64.max)
        print("The message model runs with MSGCTL_TEST_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        let stage = Stage(backend)
        let users = try await stage.users(4)
        var model: [MessageModel] = []
        for name in ["Tea", "Coffee"] { model.append(MessageModel(try await stage.group(users, name: name))) }
        for step in 1...steps {
            let index = Int.random(in: model.indices, using: &random)
            let context: Comment = "at step \(step) of MSGCTL_TEST_SEED=\(seed)"
            try await act(stage, users, &model[index], "Step \(step)", &random, context)
            try await compare(stage, users, model[index], &random, context)
        }
    }

    /// Does one random thing to the backend and to the model.
    private static func act(
        _ stage: Stage, _ users: [User], _ model: inout MessageModel, _ content: String,
        _ random: inout SeededGenerator,
        _ context: Comment
    ) async throws {
        // Several messages share an instant.
        if Int.random(in: 0..<3, using: &random) == 0 { model.now = model.now.later(by: .milliseconds(1)) }
        let (store, now) = (stage.backend.messages, model.now)
        let user = try #require(users.randomElement(using: &random))
        let message = model.messages.randomElement(using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8:
            let message = stage.make.message(content, by: user.id, in: model.conversation, at: now)
            if model.joined[user.id] == nil {
                await expectError(.notParticipant, when: context) { try await store.insert(message) }
            } else {
                let expected = MessageInsertion(
                    message: message, sender: user.reference, isNew: true, isFirst: model.messages.isEmpty)
                try #require(try await store.insert(message) == expected, context)
                model.messages.append(message)
            }
        case 8:
            guard let message else { return }
            let again = try await store.insert(message)
            try #require(!again.isNew, context)
            try #require(again.isFirst == (message.id == model.messages.first?.id), context)
        case 9..<15:
            guard let message, model.joined[user.id] != nil else { return }
            try #require(
                try await store.markRead(message.id, by: user.id, at: now)
                    == model.read(message.id, by: user.id, at: now), context)
        case 15..<18:
            guard let message else { return }
            try #require(try await store.delete(message.id, at: now) == model.delete(message.id, at: now), context)
        case 18:
            // What is said at the instant of joining is not in question.
            guard model.joined[user.id] == nil else { return }
            let instant = now.later(by: .milliseconds(1))
            _ = try await stage.backend.conversations.addParticipants([user.id], to: model.conversation, at: instant)
            model.joined[user.id] = instant
            model.now = instant.later(by: .milliseconds(1))
        default:
            guard model.joined.count > 1 else { return }
            _ = try await stage.backend.conversations.removeParticipant(user.id, from: model.conversation, at: now)
            model.joined[user.id] = nil
        }
    }

    /// Compares what the backend shows with the model.
    private static func compare(
        _ stage: Stage, _ users: [User], _ model: MessageModel, _ random: inout SeededGenerator, _ context: Comment
    ) async throws {
        let (store, directory) = (stage.backend.messages, stage.backend.directory)
        for user in users {
            let overview = try await directory.conversation(model.conversation, asSeenBy: user.id)
            try #require((overview != nil) == (model.joined[user.id] != nil), context)
            guard let overview else { continue }
            try #require(overview.unreadCount == model.unreadCount(of: user.id), context)
            try #require(overview.lastMessage == model.visible.last, context)
            try #require(overview.conversation.lastMessageAt == model.visible.last?.createdAt, context)
        }
        let limit = Int.random(in: 1...12, using: &random)
        let newest = try await store.messages(in: model.conversation, .newest, limit: limit)
        try #require(newest == model.page(.newest, limit: limit), context)
        guard let cursor = model.messages.randomElement(using: &random) else { return }
        for place in [MessageCursor.before(cursor.id), .after(cursor.id)] {
            let page = try await store.messages(in: model.conversation, place, limit: limit)
            let expected = model.page(place, limit: limit)
            try #require(page.messages == expected.messages, context)
            if !expected.messages.isEmpty { try #require(page == expected, context) }
        }
    }
}
