import Foundation
import MsgKit
import Testing

/// The rules of ``PresenceStore``.
public enum PresenceStoreSuite {
    public static let all: [ConformanceCase<any PresenceUnderTest>] = [
        .init("a user comes online with the first node and goes with the last", firstAndLast),
        .init("of concurrent connections one is the first, and of disconnections one the last", concurrent),
        .init("the list has its limit, names each once, and says how many there are in all", limit),
        .init("of many users those who are online are told", among),
        .init("a node that does not renew counts for nothing", expiry),
        .init("a node that renews in time counts on", renewal),
        .init("a node hears whether it was known", known),
        .init("who was on an expired node comes online anew", onlineAnew),
        .init("those who were only on expired nodes are swept once", sweep),
        .init("a node that leaves takes those away who were only there", leave),
        .init("who is on an expired node as well is away when the other node leaves", leaveBesideExpired),
    ]

    private static let (first, second) = (NodeID(rawValue: "first"), NodeID(rawValue: "second"))

    /// Two nodes, announced until second 60, and some users.
    private static func nodes(_ backend: any PresenceUnderTest, users count: Int) async throws -> (
        make: Fixtures, users: [User.ID]
    ) {
        let make = Fixtures(start: SystemClock().now)
        for node in [first, second] {
            #expect(try await !backend.presence.renew(node, at: make.start, until: make.instant(.seconds(60))))
        }
        return (make, (0..<count).map { _ in make.id() })
    }

    private static func online(_ backend: any PresenceUnderTest, at instant: Date) async throws -> Set<User.ID> {
        let (users, total) = try await backend.presence.online(limit: 100, at: instant)
        #expect(users.count == total)
        #expect(Set(users).count == total, "each is named once")
        #expect(try await backend.presence.online(among: users, at: instant) == Set(users))
        return Set(users)
    }

    private static func firstAndLast(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 2)
        let presence = (here: backend.presence, there: try await backend.another().presence)
        let user = users[0]
        func second(_ number: Int) -> Date { make.instant(.seconds(number)) }
        #expect(try await presence.here.connected(user, on: first, at: second(1)))
        #expect(try await !presence.there.connected(user, on: Self.second, at: second(2)), "they are on the first")
        #expect(try await !presence.here.connected(user, on: first, at: second(3)), "they are there already")
        #expect(try await presence.here.connected(users[1], on: first, at: second(3)), "each user for themselves")
        #expect(try await !presence.here.disconnected(user, from: first, at: second(4)), "they are on the second")
        #expect(try await presence.there.disconnected(user, from: Self.second, at: second(5)))
        #expect(try await !presence.there.disconnected(user, from: Self.second, at: second(5)), "they are away already")
        #expect(try await presence.there.connected(user, on: Self.second, at: second(6)))
        #expect(try await online(backend, at: second(7)) == Set(users))
    }

    private static func concurrent(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 1)
        let nodes = (0..<20).map { NodeID(rawValue: "node-\($0)") }
        for node in nodes {
            _ = try await backend.presence.renew(node, at: make.start, until: make.instant(.seconds(60)))
        }
        let elsewhere = try await backend.another()
        let came = try await concurrently(nodes.count) { number in
            try await (number % 2 == 0 ? backend : elsewhere).presence.connected(
                users[0], on: nodes[number], at: make.instant(.seconds(1)))
        }
        #expect(came.count { $0 } == 1)
        let went = try await concurrently(nodes.count) { number in
            try await (number % 2 == 0 ? backend : elsewhere).presence.disconnected(
                users[0], from: nodes[number], at: make.instant(.seconds(2)))
        }
        #expect(went.count { $0 } == 1)
        #expect(try await online(backend, at: make.instant(.seconds(3))) == [])
    }

    private static func limit(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 9)
        let instant = make.instant(.seconds(1))
        for user in users { _ = try await backend.presence.connected(user, on: first, at: instant) }
        for user in users.prefix(3) { _ = try await backend.presence.connected(user, on: second, at: instant) }
        let (some, total) = try await backend.presence.online(limit: 4, at: instant)
        #expect(some.count == 4 && Set(some).count == 4 && Set(some).isSubset(of: users))
        #expect(total == 9)
        #expect(try await online(backend, at: instant) == Set(users))
    }

    private static func among(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 10_000)
        let instant = make.instant(.seconds(1))
        for number in [0, 4_711, 9_999] {
            _ = try await backend.presence.connected(users[number], on: first, at: instant)
        }
        #expect(
            try await backend.presence.online(among: users, at: instant) == [users[0], users[4_711], users[9_999]])
        #expect(try await backend.presence.online(among: [users[1]], at: instant) == [])
        #expect(try await backend.presence.online(among: [], at: instant) == [])
        #expect(
            try await backend.presence.online(among: users, at: make.instant(.seconds(61))) == [],
            "the node has expired")
    }

    private static func expiry(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 2)
        _ = try await backend.presence.renew(
            second, at: make.instant(.seconds(30)), until: make.instant(.seconds(90)))
        _ = try await backend.presence.connected(users[0], on: first, at: make.instant(.seconds(1)))
        _ = try await backend.presence.connected(users[1], on: second, at: make.instant(.seconds(1)))
        #expect(try await online(backend, at: make.instant(.seconds(59))) == Set(users))
        #expect(try await online(backend, at: make.instant(.seconds(61))) == [users[1]], "the first has not renewed")
        #expect(try await online(backend, at: make.instant(.seconds(91))) == [])
    }

    private static func renewal(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 1)
        _ = try await backend.presence.connected(users[0], on: first, at: make.instant(.seconds(1)))
        for second in [50, 100, 150] {
            let (now, expiry) = (make.instant(.seconds(second)), make.instant(.seconds(second + 60)))
            #expect(try await backend.presence.renew(first, at: now, until: expiry), "it is known")
        }
        let instant = make.instant(.seconds(200))
        #expect(try await online(backend, at: instant) == Set(users))
        #expect(try await !backend.presence.connected(users[0], on: first, at: instant))
    }

    private static func known(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 1)
        _ = try await backend.presence.connected(users[0], on: first, at: make.instant(.seconds(1)))
        _ = try await backend.presence.leave(first, at: make.instant(.seconds(2)))
        let (now, expiry) = (make.instant(.seconds(3)), make.instant(.seconds(60)))
        #expect(try await !backend.presence.renew(first, at: now, until: expiry), "it has left")
        #expect(try await backend.presence.renew(first, at: now, until: expiry), "it has come back")
        #expect(try await online(backend, at: now) == [], "with nobody")
    }

    private static func onlineAnew(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 2)
        for user in users {
            _ = try await backend.presence.connected(user, on: first, at: make.instant(.seconds(1)))
        }
        _ = try await backend.presence.renew(
            second, at: make.instant(.seconds(70)), until: make.instant(.seconds(130)))
        #expect(
            try await backend.presence.connected(users[0], on: second, at: make.instant(.seconds(71))),
            "the ghost does not count")
        #expect(try await online(backend, at: make.instant(.seconds(72))) == [users[0]])
        #expect(
            try await backend.presence.disconnected(users[0], from: second, at: make.instant(.seconds(73))),
            "the ghost does not count")
        #expect(try await online(backend, at: make.instant(.seconds(74))) == [])
    }

    private static func sweep(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 5)
        for user in users.prefix(4) {
            _ = try await backend.presence.connected(user, on: first, at: make.instant(.seconds(1)))
        }
        for user in users.suffix(2) {
            _ = try await backend.presence.connected(user, on: second, at: make.instant(.seconds(1)))
        }
        #expect(try await backend.presence.sweep(at: make.instant(.seconds(59))) == [], "nobody has expired")
        let (now, expiry) = (make.instant(.seconds(61)), make.instant(.seconds(120)))
        _ = try await backend.presence.renew(second, at: make.instant(.seconds(50)), until: expiry)
        let elsewhere = try await backend.another()
        let swept = try await concurrently(6) { number in
            try await (number % 2 == 0 ? backend : elsewhere).presence.sweep(at: now)
        }
        #expect(swept.flatMap(\.self).count == 3, "each is told of once")
        #expect(Set(swept.flatMap(\.self)) == Set(users.prefix(3)))
        #expect(try await online(backend, at: now) == Set(users.suffix(2)))
        #expect(try await !backend.presence.renew(first, at: now, until: expiry), "it is to announce everybody again")
        #expect(try await backend.presence.connected(users[0], on: first, at: now))
        #expect(try await online(backend, at: now) == Set(users.suffix(2) + [users[0]]))
        #expect(try await backend.presence.sweep(at: now) == [])
    }

    private static func leave(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 4)
        let instant = make.instant(.seconds(1))
        for user in users.prefix(3) { _ = try await backend.presence.connected(user, on: first, at: instant) }
        for user in users.suffix(2) { _ = try await backend.presence.connected(user, on: second, at: instant) }
        let gone = try await backend.presence.leave(first, at: make.instant(.seconds(9)))
        #expect(Set(gone) == [users[0], users[1]])
        #expect(gone.count == 2)
        #expect(try await online(backend, at: make.instant(.seconds(10))) == [users[2], users[3]])
        #expect(try await backend.presence.leave(first, at: make.instant(.seconds(11))) == [])
        #expect(try await backend.presence.leave(NodeID(rawValue: "unknown"), at: make.instant(.seconds(11))) == [])
        #expect(try await backend.presence.disconnected(users[2], from: second, at: make.instant(.seconds(12))))
    }

    private static func leaveBesideExpired(_ backend: any PresenceUnderTest) async throws {
        let (make, users) = try await nodes(backend, users: 1)
        for node in [first, second] {
            _ = try await backend.presence.connected(users[0], on: node, at: make.instant(.seconds(1)))
        }
        _ = try await backend.presence.renew(
            second, at: make.instant(.seconds(50)), until: make.instant(.seconds(110)))
        #expect(try await backend.presence.leave(second, at: make.instant(.seconds(70))) == users)
    }
}
