import Foundation
import MsgKit
import Testing

/// The rules of ``PresenceStore``.
public enum PresenceStoreSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("a user comes online with the first node and goes with the last", firstAndLast),
        .init("of concurrent connections one is the first, and of disconnections one the last", concurrent),
        .init("those who are online are listed once, by name without regard to letter case", list),
        .init("the list has its limit and says how many there are in all", limit),
        .init("the last socket's end sets when a user was last seen", lastSeen),
        .init("a node that does not renew counts for nothing", expiry),
        .init("a node that renews in time counts on", renewal),
        .init("who was on an expired node comes online anew", onlineAnew),
        .init("a node that leaves takes those away who were only there", leave),
        .init("who is on an expired node as well is away when the other node leaves", leaveBesideExpired),
    ]

    private static let (first, second) = (NodeID(rawValue: "first"), NodeID(rawValue: "second"))

    /// Two nodes, announced until second 60, and some users.
    private static func nodes(_ backend: any RecordsUnderTest, users count: Int) async throws -> (
        stage: Stage, users: [User]
    ) {
        let stage = Stage(backend)
        for node in [first, second] {
            try await backend.presence.renew(node, at: stage.make.start, until: stage.second(60))
        }
        return (stage, try await stage.users(count))
    }

    private static func online(_ stage: Stage, at second: Int) async throws -> [String] {
        let (users, total) = try await stage.backend.presence.online(limit: 100, at: stage.second(second))
        #expect(users.count == total)
        return users.map(\.username)
    }

    private static func firstAndLast(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 2)
        let presence = (here: backend.presence, there: try await backend.another().presence)
        let user = users[0].id
        #expect(try await presence.here.connected(user, on: first, at: stage.second(1)))
        #expect(
            try await !presence.there.connected(user, on: second, at: stage.second(2)), "they are online on the first")
        #expect(try await !presence.here.connected(user, on: first, at: stage.second(3)), "they are there already")
        #expect(
            try await presence.here.connected(users[1].id, on: first, at: stage.second(3)), "each user for themselves")
        #expect(try await !presence.here.disconnected(user, from: first, at: stage.second(4)), "they are on the second")
        #expect(try await presence.there.disconnected(user, from: second, at: stage.second(5)))
        #expect(try await presence.there.connected(user, on: second, at: stage.second(6)))
        #expect(try await online(stage, at: 7) == ["user_0", "user_1"])
    }

    private static func concurrent(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 1)
        let nodes = (0..<20).map { NodeID(rawValue: "node-\($0)") }
        for node in nodes { try await backend.presence.renew(node, at: stage.make.start, until: stage.second(60)) }
        let elsewhere = try await backend.another()
        let came = try await concurrently(nodes.count) { number in
            try await (number % 2 == 0 ? backend : elsewhere).presence.connected(
                users[0].id, on: nodes[number], at: stage.second(1))
        }
        #expect(came.count { $0 } == 1)
        let went = try await concurrently(nodes.count) { number in
            try await (number % 2 == 0 ? backend : elsewhere).presence.disconnected(
                users[0].id, from: nodes[number], at: stage.second(2))
        }
        #expect(went.count { $0 } == 1)
        #expect(try await online(stage, at: 3) == [])
    }

    private static func list(_ backend: any RecordsUnderTest) async throws {
        let (stage, _) = try await nodes(backend, users: 0)
        for (name, connections) in [("cleo", [first]), ("Anna", [first, second]), ("bert", [second]), ("DORA", [])] {
            let user = try await stage.user(name)
            for node in connections { _ = try await backend.presence.connected(user.id, on: node, at: stage.second(1)) }
        }
        #expect(try await online(stage, at: 2) == ["Anna", "bert", "cleo"])
        let anna = try #require(try await backend.users.user(username: "anna"))
        let (users, _) = try await backend.presence.online(limit: 1, at: stage.second(2))
        #expect(users == [anna.reference])
    }

    private static func limit(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 9)
        for user in users { _ = try await backend.presence.connected(user.id, on: first, at: stage.second(1)) }
        for user in users.prefix(3) {
            _ = try await backend.presence.connected(user.id, on: second, at: stage.second(1))
        }
        let (some, total) = try await backend.presence.online(limit: 4, at: stage.second(2))
        #expect(some.map(\.username) == ["user_0", "user_1", "user_2", "user_3"])
        #expect(total == 9)
    }

    private static func lastSeen(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 2)
        for node in [first, second] {
            _ = try await backend.presence.connected(users[0].id, on: node, at: stage.second(1))
        }
        #expect(try await backend.users.user(users[0].id)?.lastSeen == nil, "no socket has closed yet")
        _ = try await backend.presence.disconnected(users[0].id, from: first, at: stage.second(2))
        _ = try await backend.presence.disconnected(users[0].id, from: second, at: stage.second(3))
        #expect(try await backend.users.user(users[0].id)?.lastSeen == stage.second(3))
        #expect(try await backend.users.user(users[1].id)?.lastSeen == nil)
    }

    private static func expiry(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 2)
        try await backend.presence.renew(second, at: stage.second(30), until: stage.second(90))
        _ = try await backend.presence.connected(users[0].id, on: first, at: stage.second(1))
        _ = try await backend.presence.connected(users[1].id, on: second, at: stage.second(1))
        #expect(try await online(stage, at: 59) == ["user_0", "user_1"])
        #expect(try await online(stage, at: 61) == ["user_1"], "the first node has not renewed")
        #expect(try await online(stage, at: 91) == [])
    }

    private static func renewal(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 1)
        _ = try await backend.presence.connected(users[0].id, on: first, at: stage.second(1))
        for second in [50, 100, 150] {
            try await backend.presence.renew(first, at: stage.second(second), until: stage.second(second + 60))
        }
        #expect(try await online(stage, at: 200) == ["user_0"])
        #expect(try await !backend.presence.connected(users[0].id, on: first, at: stage.second(200)))
    }

    private static func onlineAnew(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 2)
        for user in users { _ = try await backend.presence.connected(user.id, on: first, at: stage.second(1)) }
        try await backend.presence.renew(second, at: stage.second(70), until: stage.second(130))
        #expect(
            try await backend.presence.connected(users[0].id, on: second, at: stage.second(71)),
            "the ghost does not count")
        #expect(try await online(stage, at: 72) == ["user_0"])
        #expect(
            try await backend.presence.disconnected(users[0].id, from: second, at: stage.second(73)),
            "the ghost does not count")
        #expect(try await online(stage, at: 74) == [])
    }

    private static func leave(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 4)
        for user in users.prefix(3) {
            _ = try await backend.presence.connected(user.id, on: first, at: stage.second(1))
        }
        for user in users.suffix(2) {
            _ = try await backend.presence.connected(user.id, on: second, at: stage.second(1))
        }
        let gone = try await backend.presence.leave(first, at: stage.second(9))
        #expect(Set(gone) == [users[0].id, users[1].id])
        #expect(gone.count == 2)
        #expect(try await online(stage, at: 10) == ["user_2", "user_3"])
        #expect(try await backend.users.user(users[0].id)?.lastSeen == stage.second(9))
        #expect(try await backend.users.user(users[2].id)?.lastSeen == nil, "they are still on the second node")
        #expect(try await backend.presence.leave(first, at: stage.second(11)) == [])
        #expect(try await backend.presence.leave(NodeID(rawValue: "unknown"), at: stage.second(11)) == [])
        #expect(try await backend.users.user(users[0].id)?.lastSeen == stage.second(9))
        #expect(try await backend.presence.disconnected(users[2].id, from: second, at: stage.second(12)))
    }

    private static func leaveBesideExpired(_ backend: any RecordsUnderTest) async throws {
        let (stage, users) = try await nodes(backend, users: 1)
        for node in [first, second] {
            _ = try await backend.presence.connected(users[0].id, on: node, at: stage.second(1))
        }
        try await backend.presence.renew(second, at: stage.second(50), until: stage.second(110))
        #expect(try await backend.presence.leave(second, at: stage.second(70)) == [users[0].id])
        #expect(try await backend.users.user(users[0].id)?.lastSeen == stage.second(70))
    }
}
