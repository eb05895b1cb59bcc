import EngineIO
import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

struct FlagTests {
    @Test func volatileEventsArriveWhereNothingWaits() async throws {
        let server = try await TestServer()
        server.root.use { socket in await socket.join("r") }
        let (client, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        try socket.volatile.emit("one", 1)
        try socket.volatile.emit("two", json: ByteBuffer(string: "2"))
        try server.root.volatile.emit("three")
        try server.root.to("r").volatile.emit("four")
        try server.root.local.to("r").emit("five")
        #expect(
            try await client.nextIs(
                #"42["one",1]"#, #"42["two",2]"#, #"42["three"]"#, #"42["four"]"#, #"42["five"]"#))
        #expect(throws: SocketIOError.reservedEventName("connect")) { try socket.volatile.emit("connect") }
        try await server.close()
    }

    @Test func volatileEventsAreDroppedWhereMuchWaits() async throws {
        let server = try await TestServer {
            $0.engine.volatileBacklogPackets = 1
            $0.engine.maxBufferedPackets = 8
        }
        let client = try await PollingClient(server.io.engine)
        let ids = Mailbox<String>()
        server.root.onConnection { ids.put($0.id) }
        #expect(try await client.post("40") == "ok")
        #expect(try await client.poll().hasPrefix(#"40{"sid":""#))
        let id = try await ids.next()
        let socket = try #require(await server.root.socket(id: id))
        try socket.emit("a")
        try socket.emit("b")
        for _ in 0..<100 {
            try socket.volatile.emit("dropped")
            try server.root.volatile.emit("dropped")
            try server.root.to(id).volatile.emit("dropped")
        }
        try socket.emit("c")
        await #expect(throws: SocketIOError.ackTimeout) {
            try await socket.volatile.timeout(.milliseconds(1)).emitWithAck("dropped")
        }
        #expect(try await client.poll() == "42[\"a\"]\u{1e}42[\"b\"]\u{1e}42[\"c\"]")
        try await server.close()
    }

    @Test func flagsOfASocketCountForTheOthersToo() async throws {
        let server = try await TestServer()
        let (client, id) = try await server.connect()
        let (other, _) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        let selection = socket.volatile.timeout(.seconds(3)).to("r").local
        #expect(selection.selection == RoomSelection(rooms: ["r"], except: [id], isLocal: true, isVolatile: true))
        #expect(selection.ackTimeout == .seconds(3))
        #expect(!server.root.to("r").selection.isLocal)
        try socket.volatile.broadcast.emit("hi")
        #expect(try await other.next() == #"42["hi"]"#)
        try socket.local.emit("again")
        #expect(try await other.next() == #"42["again"]"#)
        try socket.emit("own")
        #expect(try await client.next() == #"42["own"]"#)
        try await server.close()
    }

    @Test func timeoutBoundsTheWaitForAcknowledgements() async throws {
        let server = try await TestServer()
        let (client, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        await #expect(throws: SocketIOError.ackTimeout) {
            try await socket.timeout(.milliseconds(1)).emitWithAck("ask")
        }
        let silent = try await server.root.timeout(.milliseconds(1)).emitWithAck("ask")
        #expect(silent.count == 1)
        for await _ in silent.answers { Issue.record("answered") }
        #expect(try await client.nextIs(#"420["ask"]"#, #"421["ask"]"#))
        async let answer = socket.timeout(.seconds(60)).emitWithAck("ask", 1)
        #expect(try await client.next() == #"422["ask",1]"#)
        client.send("432[5]")
        #expect(try await answer.decode(Int.self) == 5)
        try await server.close()
    }

    @Test func outgoingEventsAreSeen() async throws {
        let server = try await TestServer()
        let (client, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        let seen = Mailbox<String>()
        server.root.on("hi") { _, event in try event.ack() }
        await socket.onAnyOutgoing { event, arguments in
            let bytes = arguments.attachments.map { Array($0.readableBytesView) }
            seen.put("\(event) \(arguments.raw(at: 0).map { String(buffer: $0) } ?? "-") \(bytes)")
        }
        try socket.emit("one", "a")
        try server.root.all.emit(
            "two", jsonArguments: [ByteBuffer(string: #"{"_placeholder":true,"num":0}"#)],
            attachments: [ByteBuffer(bytes: [1, 2])])
        client.send(#"421["hi"]"#)
        #expect(try await client.nextIs(#"42["one","a"]"#, #"451-["two",{"_placeholder":true,"num":0}]"#))
        _ = try await client.next()
        #expect(try await client.next() == "431[]")
        #expect(try await seen.next() == #"one "a" []"#)
        #expect(try await seen.next() == #"two {"_placeholder":true,"num":0} [[1, 2]]"#)
        await socket.offAnyOutgoing()
        try socket.emit("unseen")
        #expect(try await client.next() == #"42["unseen"]"#)
        #expect(seen.count == 0)
        try await server.close()
    }
}
