import Foundation
import MsgKit
import MsgTestKit
import NIOPosix
import Testing

@testable import RedisBackend

/// What Node servers of the fleet ask, byte for byte as they do, and what they are answered.
@Suite(
    .enabled(if: EngineURL.redis != nil, "MSGCTL_TEST_REDIS_URL names no server; start one with scripts/services"),
    .timeLimit(.minutes(1)))
struct PeerRequestTests {
    /// Two sockets, one of which answers every question with its rooms.
    private struct Sockets: LocalSockets {
        let journal = Journal<String>()
        let all = [
            LocalSocket(
                id: "s1", rooms: [Room(rawValue: "s1"), Room(rawValue: "a")], handshake: #"{"secure":true}"#,
                data: #"{"username":"anna"}"#),
            LocalSocket(id: "s2", rooms: [Room(rawValue: "s2")], handshake: "{}", data: "null"),
        ]

        func perform(_ command: RoomCommand) async {}

        func sockets(in rooms: [Room], except: [Room]) async -> [LocalSocket] {
            all.filter { socket in
                (rooms.contains(.everyone) || socket.rooms.contains(where: rooms.contains))
                    && !socket.rooms.contains(where: except.contains)
            }
        }

        func rooms() async -> Set<Room> { Set(all.flatMap(\.rooms)) }

        func ask(
            _ emission: RoomEmission, timeout: Duration, asked: @escaping @Sendable (Int) async -> Void,
            answered: @escaping @Sendable (SocketAnswer) async -> Void
        ) async {
            journal.note("\(emission.event) \(emission.arguments) \(timeout)")
            let sockets = await sockets(in: emission.rooms, except: emission.except)
            await asked(sockets.count)
            for socket in sockets {
                await answered(
                    SocketAnswer(
                        argument: #"{"id":"\#(socket.id)","b":{"_placeholder":true,"num":0}}"#,
                        attachments: [Data([7])]))
            }
        }
    }

    /// A peer on the bus of a backend that listens.
    private struct Peer {
        let redis: TestRedis
        let channels: BusChannels
        let responses = Journal<[UInt8]>()
        let subscriber: RedisSubscriber

        init(_ redis: TestRedis) async throws {
            self.redis = redis
            let (channels, responses) = (BusChannels(key: redis.options.busKey), responses)
            self.channels = channels
            let connector = try RedisConnector(
                address: try RedisAddress(try #require(EngineURL.redis)), options: redis.options)
            subscriber = RedisSubscriber(
                connector: connector, channels: [channels.response], patterns: ["\(redis.options.busKey)-none*"],
                eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: TestRedis.logger
            ) { responses.note($1) }
            subscriber.start()
            #expect(await subscriber.waitUntilSubscribed(limit: .seconds(20)))
        }

        func ask(_ request: [UInt8]) async throws {
            var publish = RedisCommand("PUBLISH", channels.request)
            publish.append(request)
            _ = try await redis.backend.client.send(publish)
        }

        func json(_ count: Int) async throws -> [JSONValue] {
            try await responses.wait(for: count).map { try JSONDecoder().decode(JSONValue.self, from: Data($0)) }
        }
    }

    private static func withPeer(_ body: (Peer, Sockets, AsyncStream<RoomCommand>) async throws -> Void) async throws {
        try await TestRedis.check { redis in
            let listening = try await redis.another()
            let stream = try await listening.bus.commands()
            let sockets = Sockets()
            listening.backend.peers.answer(from: sockets)
            let peer = try await Peer(redis)
            try await body(peer, sockets, stream)
            await peer.subscriber.close()
        }
    }

    /// Requests are taken out of the stream that the commands come by.
    private static func reading<Result: Sendable>(
        _ stream: AsyncStream<RoomCommand>, into journal: Journal<RoomCommand> = Journal(),
        _ body: (Journal<RoomCommand>) async throws -> Result
    ) async throws -> Result {
        let reader = Task { for await command in stream { journal.note(command) } }
        defer { reader.cancel() }
        return try await body(journal)
    }

    private static let questions: [(request: String, answer: String)] = [
        (
            #"{"uid":"peer01","requestId":"r","type":0,"rooms":["a"]}"#, #"{"requestId":"r","sockets":["s1"]}"#
        ),
        (#"{"uid":"peer01","requestId":"r","type":0,"rooms":["none"]}"#, #"{"requestId":"r","sockets":[]}"#),
        (
            #"{"uid":"peer01","requestId":"r","type":5,"opts":{"rooms":[],"except":["s2"]}}"#,
            #"{"requestId":"r","sockets":[{"id":"s1","handshake":{"secure":true},"rooms":["s1","a"],"data":{"username":"anna"}}]}"#
        ),
        (#"{"uid":"peer01","requestId":"r","type":6,"data":["hello",1]}"#, #"{"type":6,"requestId":"r","data":null}"#),
        (#"{"requestId":"r","type":2,"sid":"s2","room":"b"}"#, #"{"requestId":"r"}"#),
    ]

    @Test(arguments: 0..<5)
    func answers(_ number: Int) async throws {
        let (request, expected) = Self.questions[number]
        try await Self.withPeer { peer, _, stream in
            try await Self.reading(stream) { _ in
                try await peer.ask(Array(request.utf8))
                let answer = try await peer.json(1)
                #expect(answer == [try JSONDecoder().decode(JSONValue.self, from: Data(expected.utf8))])
            }
        }
    }

    @Test func allRooms() async throws {
        try await Self.withPeer { peer, _, stream in
            try await Self.reading(stream) { _ in
                try await peer.ask(Array(#"{"uid":"peer01","requestId":"r","type":1}"#.utf8))
                guard case .object(let answer)? = try await peer.json(1).first,
                    case .array(let rooms)? = answer["rooms"]
                else { throw MsgError(.internalError, "It has rooms.") }
                #expect(answer["requestId"] == .string("r"))
                #expect(rooms.count == 3)
                for room in ["a", "s1", "s2"] { #expect(rooms.contains(.string(room))) }
            }
        }
    }

    @Test func acknowledgementsOfAnEvent() async throws {
        // {uid, requestId: "r", type: 7, packet: {type, data: ["how", 1], nsp}, opts: {rooms, except, flags: {timeout}}}
        let request = BroadcastTests.bytes(
            """
            85 a3 756964 a6 706565723031 a9 726571756573744964 a1 72 a4 74797065 07
            a6 7061636b6574 83 a4 74797065 02 a4 64617461 92 a3 686f77 01 a3 6e7370 a1 2f
            a4 6f707473 83 a5 726f6f6d73 91 a1 61 a6 657863657074 90 a5 666c616773 81 a7 74696d656f7574 cd 0bb8
            """)
        try await Self.withPeer { peer, sockets, stream in
            try await Self.reading(stream) { _ in
                try await peer.ask(request)
                let answers = try await peer.responses.wait(for: 2)
                #expect(
                    try JSONDecoder().decode(JSONValue.self, from: Data(answers[0]))
                        == .object(["type": .integer(8), "requestId": .string("r"), "clientCount": .integer(1)]))
                // {type: 9, requestId: "r", packet: {id: "s1", b: <07>}}
                #expect(
                    answers[1]
                        == BroadcastTests.bytes(
                            """
                            83 a4 74797065 09 a9 726571756573744964 a1 72 a6 7061636b6574
                            82 a2 6964 a2 7331 a1 62 c4 01 07
                            """))
                #expect(sockets.journal.entries == [#"how ["1"] 3.0 seconds"#])
            }
        }
    }

    @Test func commandsOfTheEmitter() async throws {
        let requests = [
            #"{"type":2,"opts":{"rooms":["user:1"],"except":[]},"rooms":["a",7]}"#,
            #"{"type":3,"opts":{"rooms":[],"except":["b"]},"rooms":["a"]}"#,
            #"{"type":4,"opts":{"rooms":["a"],"except":[]},"close":true}"#,
            #"{"type":4,"sid":"s1","close":false,"requestId":"r"}"#,
        ]
        let expected: [RoomCommand] = [
            .join(members: [Room(rawValue: "user:1")], rooms: [Room(rawValue: "a"), Room(rawValue: "7")]),
            .leave(members: [.everyone], except: [Room(rawValue: "b")], rooms: [Room(rawValue: "a")]),
            .disconnect(members: [Room(rawValue: "a")]), .disconnect(members: [Room(rawValue: "s1")]),
        ]
        try await Self.withPeer { peer, _, stream in
            try await Self.reading(stream) { journal in
                for request in requests { try await peer.ask(Array(request.utf8)) }
                #expect(try await journal.wait(for: expected.count) == expected)
                _ = try await peer.json(1)
            }
        }
    }

    @Test func whatCanNotBeReadIsPassedOver() async throws {
        let requests = [
            "", "{", "[]", "{}", #"{"type":"2"}"#, #"{"type":2}"#, #"{"type":99,"requestId":"r"}"#,
            #"{"type":0,"uid":"peer01"}"#, "\u{0}\u{1}\u{2}", #"{"type":2,"opts":{"rooms":[{}]},"rooms":[]}"#,
        ]
        try await Self.withPeer { peer, _, stream in
            try await Self.reading(stream) { journal in
                for request in requests { try await peer.ask(Array(request.utf8)) }
                try await peer.ask(Array(Self.questions[0].request.utf8))
                #expect(try await peer.json(1).count == 1)
                #expect(journal.entries == [])
            }
        }
    }

    @Test func aProcessThatHasNoSocketsAnswersSo() async throws {
        try await TestRedis.check { redis in
            let listening = try await redis.another()
            let stream = try await listening.bus.commands()
            let peer = try await Peer(redis)
            try await Self.reading(stream) { _ in
                for (request, _) in Self.questions.dropLast() { try await peer.ask(Array(request.utf8)) }
                #expect(try await peer.json(4).count == 4)
            }
            await peer.subscriber.close()
        }
    }

    /// They count those who listen and wait for as many answers.
    @Test func whoOnlyPublishesIsNotCounted() async throws {
        try await TestRedis.check { redis in
            try await redis.bus.publish([.disconnect(members: [Room(rawValue: "a")])])
            #expect(try await redis.subscribers() == 0)
            _ = try await redis.another().bus.commands()
            #expect(try await redis.subscribers() == 1)
        }
    }
}
