import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

struct EventTests {
    @Test func acknowledgementsOfTheServer() async throws {
        let server = try await TestServer()
        let again = Mailbox<Bool>()
        server.root.on("sum") { _, event in
            #expect(event.wantsAck)
            let sum = try event.decode(Int.self) + event.decode(Int.self, at: 1)
            again.put(try event.ack(sum))
            again.put(try event.ack("twice"))
        }
        server.root.on("json") { _, event in event.ack(json: ByteBuffer(string: #"{"ok":true}"#)) }
        server.root.on("quiet") { _, event in
            #expect(!event.wantsAck)
            again.put(try event.ack(1))
        }
        let (client, _) = try await server.connect()
        client.send(#"420["sum",2,3]"#)
        #expect(try await client.next() == "430[5]")
        #expect(try await again.next() == true)
        #expect(try await again.next() == false)
        client.send(#"42["quiet"]"#)
        #expect(try await again.next() == false)
        client.send(#"4217["json"]"#)
        #expect(try await client.next() == #"4317[{"ok":true}]"#)
        try await server.close()
    }

    @Test func acknowledgementsOfTheClient() async throws {
        let server = try await TestServer()
        let (client, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        async let first = socket.emitWithAck("ask", "a")
        #expect(try await client.next() == #"420["ask","a"]"#)
        async let second = socket.emitWithAck("ask", "b")
        #expect(try await client.next() == #"421["ask","b"]"#)
        client.send(#"431["two",2]"#, #"439["nobody asked"]"#, #"430["one"]"#, #"430["again"]"#)
        #expect(try await second.decode(String.self) == "two")
        #expect(try await second.decode(Int.self, at: 1) == 2)
        #expect(try await first.decode(String.self) == "one")
        try await server.close()
    }

    @Test func questionsEndWithoutAnAnswerToo() async throws {
        let server = try await TestServer { $0.maxPendingAcks = 1 }
        let (client, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        await #expect(throws: SocketIOError.ackTimeout) {
            try await socket.emitWithAck("ask", timeout: .milliseconds(10))
        }
        let cancelled = Task { try await socket.emitWithAck("ask") }
        #expect(try await client.nextIs(#"420["ask"]"#, #"421["ask"]"#))
        await #expect(throws: SocketIOError.tooManyPendingAcks) { try await socket.emitWithAck("ask") }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let open = Task { try await socket.emitWithAck("ask") }
        #expect(try await client.next() == #"423["ask"]"#)
        try await client.close()
        await #expect(throws: SocketIOError.disconnected) { try await open.value }
        await #expect(throws: SocketIOError.disconnected) { try await socket.emitWithAck("ask") }
        await #expect(throws: SocketIOError.reservedEventName("connect")) { try await socket.emitWithAck("connect") }
        try await server.close()
    }

    @Test func handlerCanAskItsOwnSocket() async throws {
        let server = try await TestServer()
        server.root.on("start") { socket, event in
            let answer = try await socket.emitWithAck("really?").decode(Bool.self)
            try event.ack(answer)
        }
        let (client, _) = try await server.connect()
        client.send(#"427["start"]"#)
        #expect(try await client.next() == #"420["really?"]"#)
        client.send("430[true]")
        #expect(try await client.next() == "437[true]")
        try await server.close()
    }

    @Test func eventsOfASocketAreInOrderAndSocketsAtTheSameTime() async throws {
        let server = try await TestServer()
        let (order, gate) = (Mailbox<Int>(), Mailbox<Bool>())
        server.root.on("wait") { _, event in
            _ = try await gate.next()
            try event.ack()
        }
        server.root.on("number") { _, event in
            await Task.yield()
            order.put(try event.decode(Int.self))
        }
        let (blocked, _) = try await server.connect()
        blocked.send(#"420["wait"]"#, #"42["number",-1]"#)
        let (client, _) = try await server.connect()
        for number in 0..<500 { client.send(#"42["number",\#(number)]"#) }
        for number in 0..<500 { #expect(try await order.next() == number) }
        gate.put(true)
        #expect(try await order.next() == -1)
        #expect(try await blocked.next() == "430[]")
        try await server.close()
    }

    @Test func unknownEventsGoToTheFallbackAndErrorsToTheirHandler() async throws {
        let server = try await TestServer()
        let seen = Mailbox<String>()
        server.root.onUnhandled { _, event in seen.put("any \(event.name)") }
        server.root.on("typed") { _, event in _ = try event.decode(Int.self) }
        server.root.onError { _, event, error in
            seen.put("\(event.name) \(error is DecodingError)")
            _ = try? event.ack("failed")
        }
        let (client, id) = try await server.connect()
        client.send(#"42["unheard of",1]"#)
        #expect(try await seen.next() == "any unheard of")
        client.send(#"421["typed","x"]"#)
        #expect(try await seen.next() == "typed true")
        #expect(try await client.next() == #"431["failed"]"#)
        await server.root.socket(id: id)?.on("typed") { _, event in try event.ack("own") }
        client.send(#"422["typed"]"#)
        #expect(try await client.next() == #"432["own"]"#)
        try await server.close()
    }

    @Test func slowHandlersPauseTheirClientAndLoseNothing() async throws {
        let server = try await TestServer { $0.inboxLimit = 4 }
        let (entered, gate, order) = (Mailbox<Int>(), Mailbox<Bool>(), Mailbox<Int>())
        let reasons = Mailbox<DisconnectReason>()
        server.root.on("number") { _, event in
            let number = try event.decode(Int.self)
            entered.put(number)
            // Until everything is sent, which takes its time where every access is watched by a sanitizer.
            if number == 0 { _ = try await gate.next(limit: .seconds(120)) }
            order.put(number)
        }
        server.root.onDisconnect { reasons.put($1) }
        let (client, _) = try await server.connect()
        // Much more than a socket's receive buffers, so that the bound is felt by the client.
        let padding = String(repeating: "x", count: 1_000)
        for number in 0..<5_000 { client.send(#"42["number",\#(number),"\#(padding)"]"#) }
        #expect(try await entered.next() == 0)
        #expect(entered.count == 0)
        gate.put(true)
        for number in 0..<5_000 { #expect(try await order.next() == number) }
        client.send("1")
        #expect(try await reasons.next() == .transportClose)
        try await server.close()
    }

    @Test func disconnectComesAfterWhatWasPending() async throws {
        let server = try await TestServer { $0.inboxLimit = 2 }
        let (entered, gate, order) = (Mailbox<Bool>(), Mailbox<Bool>(), Mailbox<String>())
        server.root.on("e") { _, event in
            entered.put(true)
            if try event.decode(Int.self) == 0 { _ = try await gate.next() }
            order.put("\(try event.decode(Int.self))")
        }
        server.root.onDisconnect { order.put($1.rawValue) }
        let (client, _) = try await server.connect()
        for number in 0..<6 { client.send(#"42["e",\#(number)]"#) }
        client.sendBytes(clientFrame(8, [0x03, 0xe8]))
        _ = try await entered.next()
        gate.put(true)
        for number in 0..<6 { #expect(try await order.next() == "\(number)") }
        #expect(try await order.next() == "transport close")
        try await server.close()
    }

    @Test func binaryBothWays() async throws {
        struct File: Codable {
            var name: String
            var data: Binary
        }
        let server = try await TestServer()
        server.root.on("f") { socket, event in
            let file = try event.decode(File.self)
            try socket.emit("copy", file.data)
            try event.ack(file)
        }
        let (client, _) = try await server.connect()
        client.send(#"451-3["f",{"name":"n","data":{"_placeholder":true,"num":0}}]"#)
        client.sendBinary([1, 2, 255])
        let copy = try await client.next()
        #expect(copy.hasPrefix(#"451-["copy",{"#) && copy.contains(#""num":0"#))
        #expect(try await client.frame() == ServerFrame(opcode: 2, payload: [1, 2, 255]))
        #expect(try await client.next().hasPrefix(#"461-3[{"#))
        #expect(try await client.frame() == ServerFrame(opcode: 2, payload: [1, 2, 255]))
        try await server.close()
    }

    @Test func emittingToOneSocketKeepsItsOrder() async throws {
        let server = try await TestServer()
        let (client, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        for number in 0..<100 {
            try socket.emit("n", number)
            try server.root.emit("all", number)
            try socket.emit("j", json: ByteBuffer(string: "[\(number)]"))
        }
        for number in 0..<100 {
            #expect(try await client.nextIs(#"42["n",\#(number)]"#, #"42["all",\#(number)]"#, #"42["j",[\#(number)]]"#))
        }
        #expect(throws: SocketIOError.reservedEventName("disconnect")) { try socket.emit("disconnect") }
        try await server.close()
    }
}
