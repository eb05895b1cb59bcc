import EngineIO
import SocketTestKit
import Testing

@testable import SocketIO

/// The server speaks for its main namespace.
struct MainNamespaceTests {
    @Test func handlersOfTheServerAreTheMainNamespaces() async throws {
        let server = try await TestServer()
        let io = server.io
        #expect(io.main === io.of("/"))
        let steps = Mailbox<String>()
        io.use { _ in steps.put("use") }
        io.onConnection { _ in steps.put("connection") }
        io.onAny { _, event in steps.put("any \(event.name)") }
        io.on("hi") { _, event in try event.ack("there") }
        io.onUnhandled { _, event in steps.put("unhandled \(event.name)") }
        io.onDisconnect { _, _ in steps.put("disconnect") }
        _ = io.of("/other")
        let (client, _) = try await server.connect()
        client.send("40/other,")
        #expect(try await client.next().hasPrefix("40/other,"))
        client.send(#"421["hi"]"#, #"42["what"]"#)
        #expect(try await client.next() == #"431["there"]"#)
        client.send("41")
        for step in ["use", "connection", "any hi", "any what", "unhandled what", "disconnect"] {
            #expect(try await steps.next() == step)
        }
        try await server.close()
    }

    @Test func everyHandlerOfConnectionsRuns() async throws {
        let server = try await TestServer()
        let steps = Mailbox<String>()
        for name in ["one", "two"] {
            server.io.onConnection { _ in steps.put("connection \(name)") }
            server.io.onDisconnecting { _, _, _ in steps.put("disconnecting \(name)") }
            server.io.onDisconnect { _, _ in steps.put("disconnect \(name)") }
        }
        let (client, _) = try await server.connect()
        client.send("41")
        for step in ["connection", "disconnecting", "disconnect"] {
            for name in ["one", "two"] { #expect(try await steps.next() == "\(step) \(name)") }
        }
        try await server.close()
    }

    /// Such a handler would wait for ever, and nobody would know why.
    @Test func aHandlerOfAnEventThatNoClientMaySendIsAMistake() async {
        await #expect(processExitsWith: .failure) {
            SocketIOServer().on("disconnect") { _, _ in }
        }
    }

    @Test func theServerEmitsToTheMainNamespace() async throws {
        let server = try await TestServer()
        let io = server.io
        _ = io.of("/other")
        let (first, firstID) = try await server.connect()
        let (second, secondID) = try await server.connect()
        let elsewhere = try await server.open()
        elsewhere.send("40/other,")
        #expect(try await elsewhere.next().hasPrefix("40/other,"))
        #expect(Set(await io.fetchSockets().map(\.id)) == [firstID, secondID])
        await io.in(firstID).socketsJoin("room")
        await io.socketsJoin("all", "gone")
        await io.socketsLeave("gone")
        try io.emit("everybody", 1)
        try io.to("room").emit("room")
        try io.in("gone").emit("nobody")
        try io.except("room").volatile.emit("rest")
        try io.local.to("all").except(secondID).emit("local")
        #expect(try await first.nextIs(#"42["everybody",1]"#, #"42["room"]"#, #"42["local"]"#))
        #expect(try await second.nextIs(#"42["everybody",1]"#, #"42["rest"]"#))
        let asked = try await io.timeout(.seconds(60)).except(firstID).emitWithAck("question")
        #expect(try await second.next() == #"420["question"]"#)
        second.send(#"430["yes"]"#)
        for await answer in asked.answers { #expect(try answer.decode(String.self) == "yes") }
        #expect(asked.count == 1)
        await io.disconnectSockets()
        #expect(try await first.next() == "41")
        #expect(try await second.next() == "41")
        try io.of("/other").emit("still here")
        #expect(try await elsewhere.next() == #"42/other,["still here"]"#)
        try await server.close()
    }

    @Test func serversTalkInTheMainNamespace() async throws {
        let cluster = InMemoryCluster()
        let first = try await TestServer { $0.cluster = cluster.adapter() }
        let second = try await TestServer { $0.cluster = cluster.adapter() }
        let told = Mailbox<String>()
        second.io.onServerSideEmit("tell") { event in
            told.put(try event.arguments.decode(String.self))
            return nil
        }
        second.io.onServerSideEmit("ask") { _ in "answer" }
        try first.io.serverSideEmit("tell", "this")
        #expect(try await told.next() == "this")
        let answers = try await first.io.serverSideEmitWithAck("ask", timeout: .seconds(60))
        #expect(try answers.map { try $0.decode(String.self) } == ["answer"])
        let (_, id) = try await second.connect()
        #expect(try await first.io.fetchRemoteSockets(timeout: .seconds(60)).map(\.id) == [id])
        try await first.close()
        try await second.close()
    }
}
