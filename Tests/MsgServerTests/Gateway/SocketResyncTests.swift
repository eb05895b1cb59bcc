import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import SocketIO
import Testing

@testable import MsgServer

/// What becomes of sockets when commands of other processes were lost.
@Suite(.timeLimit(.minutes(1)))
struct SocketResyncTests {
    private final class Losses: BusLosses {
        let stream = AsyncStream<Void>.makeStream()

        func losses() -> AsyncStream<Void> { stream.stream }
    }

    private struct Stage {
        let world: World
        let server = SocketPeer.server()
        let losses = Losses()

        /// A log-in with a socket in its rooms, as they were when it connected.
        func connect(_ person: Principal, rooms: [Conversation.ID] = []) async throws -> (
            peer: SocketPeer, socket: Socket
        ) {
            let grant = RefreshGrant(
                tokenID: "token \(person.session)", issuedAt: world.clock.now,
                expiresAt: world.clock.now.later(by: .seconds(3_600)))
            try await world.store.sessions.insert(
                Session(
                    id: person.session, user: person.id, createdAt: world.clock.now, client: SessionClient(),
                    grant: grant))
            let peer = try await SocketPeer(
                server,
                rooms: [MsgKit.Room.user(person.id).rawValue, "other"]
                    + rooms.map { MsgKit.Room.conversation($0).rawValue })
            let socket = try #require(await server.of("/").socket(id: peer.id))
            socket.setData(SocketIdentity(principal: person, expiresAt: .distantFuture))
            return (peer, socket)
        }

        func conversations(_ socket: Socket) async -> Set<Conversation.ID> {
            Set(await socket.rooms().compactMap { MsgKit.Room(rawValue: $0).conversationID })
        }
    }

    private static func with(_ body: (World, Stage) async throws -> Void) async throws {
        try await World.with { world in
            let stage = Stage(world: world)
            let resync = SocketResync(
                server: stage.server, accounts: world.accounts, conversations: world.conversations,
                losses: stage.losses, logger: World.silent)
            try await running(resync) { _ in try await body(world, stage) }
        }
    }

    private static func wait(_ condition: () async -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !(await condition()) {
            try #require(ContinuousClock.now < deadline)
            await Task.yield()
        }
    }

    @Test func socketsOfEndedSessionsAreClosed() async throws {
        try await Self.with { world, stage in
            let people = try await world.people("anna", "bert", "cleo")
            var sockets: [Socket] = []
            for person in people { sockets.append(try await stage.connect(person).socket) }
            _ = try await world.store.sessions.revoke(people[0].session, at: world.clock.now)
            try await world.change(people[1], UserChange(isActive: false))
            #expect(sockets.allSatisfy { $0.isConnected }, "nobody has told them")
            stage.losses.stream.continuation.yield()
            try await Self.wait { !sockets[0].isConnected && !sockets[1].isConnected }
            #expect(sockets[2].isConnected)
        }
    }

    @Test func roomsAreThoseOfTheConversationsAndOthersStay() async throws {
        try await Self.with { world, stage in
            let people = try await world.people("anna", "bert", "cleo")
            let kept = try await world.group(people, name: "kept")
            let missed = try await world.group(people, name: "missed")
            let foreign = try await world.group(Array(people[1...]), name: "foreign")
            let anna = try await stage.connect(people[0], rooms: [kept, foreign]).socket
            let bert = try await stage.connect(people[1], rooms: [foreign]).socket
            stage.losses.stream.continuation.yield()
            try await Self.wait { await stage.conversations(anna) == [kept, missed] }
            try await Self.wait { await stage.conversations(bert) == [kept, missed, foreign] }
            #expect(Set(await anna.rooms()).isSuperset(of: ["other", MsgKit.Room.user(people[0].id).rawValue]))
        }
    }

    @Test func manyUsersAndManyLosses() async throws {
        try await Self.with { world, stage in
            var people: [Principal] = []
            for number in 0..<30 { people.append(try await world.person("person_\(number)")) }
            let group = try await world.group(people)
            var sockets: [Socket] = []
            for person in people { sockets.append(try await stage.connect(person).socket) }
            for _ in 0..<3 { stage.losses.stream.continuation.yield() }
            for socket in sockets { try await Self.wait { await stage.conversations(socket) == [group] } }
        }
    }
}
