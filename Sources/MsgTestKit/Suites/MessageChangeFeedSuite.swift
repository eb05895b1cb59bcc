import Foundation
import MsgKit
import Testing

/// The rules of ``MessageChangeFeed``.
public enum MessageChangeFeedSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("without messages there is no change and no position", empty),
        .init("changes come oldest first, in steps, without gap or repeat", order),
        .init("the current position is that of the newest change", currentPosition),
        .init("a deletion is a change, with the message as it is now", deletion),
        .init("a message that changed twice is found at its last position", twice),
        .init("reading a message and finding it again is no change", noChange),
        .init("no change of concurrent writers is left behind", concurrentWriters),
        .init("messages by id are all that are not deleted, in steps", byID),
        .init("waiting ends when something changes, in another process as well", waiting),
        .init("waiting ends at once when something has changed", waitingBehind),
        .init("waiting ends with its timeout", waitingInVain),
    ]

    private static func conversation(
        _ backend: any RecordsUnderTest
    ) async throws -> (stage: Stage, users: [User], conversation: Conversation) {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        return (stage, users, try await stage.direct(users[0], users[1]))
    }

    /// All changes after a position, read in steps.
    private static func follow(
        _ feed: any MessageChangeFeed, after start: ChangePosition? = nil, limit: Int
    ) async throws -> [MessageChange] {
        var all: [MessageChange] = []
        while all.count < 10_000 {
            let step = try await feed.changes(after: all.last?.position ?? start, limit: limit)
            #expect(step.count <= limit)
            if step.isEmpty { break }
            all += step
        }
        return all
    }

    private static func empty(_ backend: any RecordsUnderTest) async throws {
        _ = try await conversation(backend)
        #expect(try await backend.changes.changes(after: nil, limit: 10) == [])
        #expect(try await backend.changes.currentPosition() == nil)
        #expect(try await backend.changes.messages(afterID: nil, limit: 10) == [])
    }

    private static func order(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 25, by: users, in: direct)
        for limit in [1, 4, 25, 100] {
            let changes = try await follow(backend.changes, limit: limit)
            #expect(changes.map(\.message) == messages, "in steps of \(limit)")
        }
        let elsewhere = try await backend.another()
        #expect(try await follow(elsewhere.changes, limit: 10).map(\.message) == messages)
    }

    private static func currentPosition(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        for number in 1...3 {
            let message = try await stage.say("Message \(number)", by: users[0], in: direct, at: stage.second(number))
            let position = try #require(try await backend.changes.currentPosition())
            let changes = try await follow(backend.changes, limit: 10)
            #expect(changes.last == MessageChange(position: position, message: message))
            #expect(try await backend.changes.changes(after: position, limit: 10) == [])
        }
        let position = try #require(try await backend.changes.currentPosition())
        let later = try await stage.say("Later", by: users[1], in: direct, at: stage.second(4))
        #expect(try await backend.changes.changes(after: position, limit: 10).map(\.message) == [later])
    }

    private static func deletion(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 3, by: users, in: direct)
        let position = try await backend.changes.currentPosition()
        let deleted = try #require(try await backend.messages.delete(messages[0].id, at: stage.second(1)))
        #expect(try await backend.changes.changes(after: position, limit: 10).map(\.message) == [deleted])
        _ = try await backend.messages.delete(messages[0].id, at: stage.second(2))
        #expect(
            try await follow(backend.changes, after: position, limit: 1).count == 1, "deleting twice changes nothing")
    }

    private static func twice(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 3, by: users, in: direct)
        let deleted = try #require(try await backend.messages.delete(messages[0].id, at: stage.second(1)))
        for limit in [1, 10] {
            let changes = try await follow(backend.changes, limit: limit)
            #expect(changes.last?.message == deleted)
            #expect(
                changes.allSatisfy { $0.message == deleted || $0.message == messages[1] || $0.message == messages[2] })
            #expect(Set(changes.map(\.message.id)) == Set(messages.map(\.id)))
        }
    }

    private static func noChange(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let message = stage.make.message(by: users[0].id, in: direct.id, clientMessageID: "c-1")
        _ = try await backend.messages.insert(message)
        let position = try await backend.changes.currentPosition()
        _ = try await backend.messages.insert(message)
        _ = try await backend.messages.insert(
            stage.make.message(by: users[0].id, in: direct.id, clientMessageID: "c-1"))
        _ = try await backend.messages.markRead(message.id, by: users[1].id, at: stage.second(1))
        #expect(try await backend.changes.changes(after: position, limit: 10) == [])
        #expect(try await backend.changes.currentPosition() == position)
    }

    private static func concurrentWriters(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let elsewhere = try await backend.another()
        let (writers, each) = (8, 40)
        async let written = concurrently(writers) { writer in
            var ids: [Message.ID] = []
            for number in 0..<each {
                let message = stage.make.message("\(writer).\(number)", by: users[writer % 2].id, in: direct.id)
                ids.append(try await (writer % 2 == 0 ? backend : elsewhere).messages.insert(message).message.id)
            }
            return ids
        }
        // Follows while they write: what is skipped now never appears.
        var followed: [Message.ID] = []
        var position: ChangePosition?
        let deadline = ContinuousClock.now + .seconds(60)
        while followed.count < writers * each, ContinuousClock.now < deadline {
            let step = try await backend.changes.changes(after: position, limit: 7)
            followed += step.map(\.message.id)
            if let last = step.last {
                position = last.position
            } else {
                try await backend.changes.waitForChange(after: position, timeout: .seconds(1))
            }
        }
        let all = try await written.joined().sorted()
        #expect(followed.sorted() == all, "each is followed once")
    }

    private static func byID(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let group = try await stage.group(users)
        var expected: [Message] = []
        for number in 0..<20 {
            expected.append(try await stage.say("\(number)", by: users[0], in: number % 3 == 0 ? group : direct))
        }
        let deleted = expected.remove(at: 7)
        _ = try await backend.messages.delete(deleted.id, at: stage.second(1))
        for limit in [1, 6, 19, 100] {
            var seen: [Message] = []
            while seen.count < 100 {
                let step = try await backend.changes.messages(afterID: seen.last?.id, limit: limit)
                #expect(step.count <= limit)
                if step.isEmpty { break }
                seen += step
            }
            #expect(seen == expected, "in steps of \(limit)")
        }
        let after = try await backend.changes.messages(afterID: deleted.id, limit: 1)
        #expect(after == [expected[7]], "the id need not be that of a message that is left")
    }

    private static func waiting(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let elsewhere = Stage(try await backend.another(), make: stage.make)
        for writer in [stage, elsewhere] {
            let position = try await backend.changes.currentPosition()
            let began = ContinuousClock.now
            async let waited: Void = backend.changes.waitForChange(after: position, timeout: .seconds(60))
            try await writer.say(by: users[0], in: direct)
            try await waited
            #expect(ContinuousClock.now - began < .seconds(20), "the change ends the waiting")
        }
    }

    private static func waitingBehind(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        _ = try await stage.history(of: 3, by: users, in: direct)
        let first = try #require(try await backend.changes.changes(after: nil, limit: 1).first)
        let began = ContinuousClock.now
        try await backend.changes.waitForChange(after: first.position, timeout: .seconds(60))
        try await backend.changes.waitForChange(after: nil, timeout: .seconds(60))
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    private static func waitingInVain(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        try await backend.changes.waitForChange(after: nil, timeout: .milliseconds(20))
        try await stage.say(by: users[0], in: direct)
        let position = try await backend.changes.currentPosition()
        let began = ContinuousClock.now
        try await backend.changes.waitForChange(after: position, timeout: .milliseconds(20))
        #expect(ContinuousClock.now - began < .seconds(20))
    }
}
