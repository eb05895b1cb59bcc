import EngineIO
import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

struct ParentNamespaceTests {
    /// Waits until all children are forgotten; a test in which one never is runs into its time limit.
    private func waitUntilForgotten(_ parent: ParentNamespace) async {
        while !parent.children.isEmpty { await Task.yield() }
    }

    @Test func childrenShareTheParentsHandlers() async throws {
        let server = try await TestServer()
        let steps = Mailbox<String>()
        let parent = server.io.of(matching: { name, _ in name.hasPrefix("/room-") })
        parent.use { socket in steps.put("use \(socket.namespace.name)") }
        parent.onConnection { socket in steps.put("connected \(socket.namespace.name)") }
        parent.onAny { _, event in steps.put("any \(event.name)") }
        parent.on("hi") { socket, event in try event.ack(socket.namespace.name) }
        parent.onUnhandled { _, event in try event.ack("unhandled") }
        parent.onDisconnecting { _, reason, _ in steps.put("disconnecting \(reason.rawValue)") }
        parent.onDisconnect { _, reason in steps.put("disconnected \(reason.rawValue)") }
        let client = try await server.open()
        client.send("40/room-1,")
        #expect(try await client.next().hasPrefix(#"40/room-1,{"sid":""#))
        client.send(#"42/room-1,7["hi"]"#, #"42/room-1,8["what"]"#)
        #expect(try await client.nextIs(#"43/room-1,7["/room-1"]"#, #"43/room-1,8["unhandled"]"#))
        #expect(server.io.allNamespaces.map(\.name).sorted() == ["/", "/room-1"])
        client.send("41/room-1,")
        for step in [
            "use /room-1", "connected /room-1", "any hi", "any what", "disconnecting client namespace disconnect",
            "disconnected client namespace disconnect",
        ] {
            #expect(try await steps.next() == step)
        }
        await waitUntilForgotten(parent)
        #expect(server.io.allNamespaces.map(\.name) == ["/"])
        try await server.close()
    }

    @Test func otherNamesAndClientsAreRefused() async throws {
        let server = try await TestServer()
        struct Auth: Decodable { var key: Int }
        let parent = server.io.of(
            matching: { name, handshake in
                name.hasPrefix("/room-") && (try? handshake.decodeAuth(Auth.self).key) == 7
            })
        let (client, _) = try await server.connect()
        client.send("40/other,", "40/room-1,", #"40/room-1,{"key":6}"#)
        #expect(
            try await client.nextIs(
                #"44/other,{"message":"Invalid namespace"}"#, #"44/room-1,{"message":"Invalid namespace"}"#,
                #"44/room-1,{"message":"Invalid namespace"}"#))
        #expect(parent.children.isEmpty)
        client.send(#"40/room-1,{"key":7}"#)
        #expect(try await client.next().hasPrefix(#"40/room-1,{"sid":""#))
        // It exists now, but another client is still asked what it brought.
        let second = try await server.open()
        second.send("40/room-1,")
        #expect(try await second.next() == #"44/room-1,{"message":"Invalid namespace"}"#)
        try await server.close()
    }

    @Test func aChildsOwnHandlersComeBesideTheParents() async throws {
        let server = try await TestServer()
        let steps = Mailbox<String>()
        let parent = server.io.of(matching: { _, _ in true })
        parent.use { socket in
            steps.put("parent")
            let child = server.io.of(socket.namespace.name)
            child.use { _ in steps.put("too late for the first socket") }
            child.on("hi") { _, event in try event.ack("child") }
            child.onConnection { _ in steps.put("child connected") }
        }
        parent.on("hi") { _, event in try event.ack("parent") }
        parent.on("other") { _, event in try event.ack("parent") }
        parent.onConnection { _ in steps.put("parent connected") }
        let client = try await server.open()
        client.send("40/a,")
        _ = try await client.next()
        client.send(#"42/a,1["hi"]"#, #"42/a,2["other"]"#)
        #expect(try await client.nextIs(#"43/a,1["child"]"#, #"43/a,2["parent"]"#))
        for step in ["parent", "parent connected", "child connected"] { #expect(try await steps.next() == step) }
        try await server.close()
    }

    @Test func newChildrenArePreparedBeforeTheirFirstSocket() async throws {
        let server = try await TestServer()
        let parent = server.io.of(matching: { _, _ in true })
        parent.onNewNamespace { child in
            // May use the server.
            _ = server.io.of("/log")
            let name = child.name
            child.use { socket in if name == "/closed" { throw ConnectError(message: "closed") } }
            child.on("hi") { _, event in try event.ack(name) }
        }
        let client = try await server.open()
        client.send("40/closed,", "40/a,")
        #expect(try await client.next() == #"44/closed,{"message":"closed"}"#)
        #expect(try await client.next().hasPrefix("40/a,"))
        client.send(#"42/a,1["hi"]"#)
        #expect(try await client.next() == #"43/a,1["/a"]"#)
        try await server.close()
    }

    @Test func emitCanBeNarrowedToRoomsOfAllChildren() async throws {
        let server = try await TestServer()
        let parent = server.io.of(matching: { _, _ in true })
        parent.use { socket in if socket.namespace.name != "/c" { await socket.join("r") } }
        parent.use { socket in if socket.namespace.name == "/b" { await socket.join("muted") } }
        let client = try await server.open()
        for name in ["/a", "/b", "/c"] {
            client.send("40\(name),")
            _ = try await client.next()
        }
        try parent.to("r").except("muted").volatile.emit("one")
        try parent.except("r").local.emit("two", json: ByteBuffer(string: "{}"))
        #expect(try await client.nextIs(#"42/a,["one"]"#, #"42/c,["two",{}]"#))
        try await server.close()
    }

    @Test func emitReachesAllChildrenAndNobodyElse() async throws {
        let server = try await TestServer()
        let parent = server.io.of(matching: { name, _ in name != "/elsewhere" })
        _ = server.io.of("/elsewhere")
        let client = try await server.open()
        for name in ["/a", "/b", "/elsewhere"] {
            client.send("40\(name),")
            _ = try await client.next()
        }
        try parent.emit("news", 1)
        #expect(throws: SocketIOError.reservedEventName("connect")) { try parent.emit("connect") }
        let received = [try await client.next(), try await client.next()]
        #expect(received.sorted() == [#"42/a,["news",1]"#, #"42/b,["news",1]"#])
        client.send("42/elsewhere,1[\"done\"]")
        try server.io.of("/elsewhere").emit("last")
        #expect(try await client.next() == #"42/elsewhere,["last"]"#)
        try await server.close()
    }

    @Test func childrenAreBounded() async throws {
        let server = try await TestServer { $0.maxDynamicNamespaces = 2 }
        let parent = server.io.of(matching: { _, _ in true })
        let client = try await server.open()
        client.send("40/a,", "40/b,", "40/c,")
        _ = (try await client.next(), try await client.next())
        #expect(try await client.next() == #"44/c,{"message":"Too many namespaces"}"#)
        client.send("41/a,")
        while parent.children.count > 1 { await Task.yield() }
        client.send("40/c,")
        #expect(try await client.next().hasPrefix("40/c,"))
        try await server.close()
    }

    @Test func namespacesOfOneConnectionAreBounded() async throws {
        let server = try await TestServer { $0.maxNamespacesPerConnection = 2 }
        let parent = server.io.of(matching: { _, _ in true })
        let client = try await server.open()
        client.send("40/a,", "40/b,", "40/c,")
        _ = (try await client.next(), try await client.next())
        #expect(try await client.next() == #"44/c,{"message":"Too many namespaces"}"#)
        while parent.children.count > 2 { await Task.yield() }
        // Left ones make room, and are forgotten with time.
        client.send("41/a,", "40/c,")
        #expect(try await client.next().hasPrefix("40/c,"))
        client.send(#"42/a,["late"]"#)
        #expect(try await client.next() == "close 1000")
        await waitUntilForgotten(parent)
        try await server.close()
    }

    @Test func aRefusedSocketLeavesNoChild() async throws {
        let server = try await TestServer()
        let parent = server.io.of(matching: { _, _ in true })
        parent.use { _ in throw ConnectError(message: "no") }
        let client = try await server.open()
        client.send("40/a,")
        #expect(try await client.next() == #"44/a,{"message":"no"}"#)
        await waitUntilForgotten(parent)
        try await server.close()
    }

    @Test func aClientThatLeavesWhileItsNamespaceIsDecidedLeavesNoChild() async throws {
        let server = try await TestServer()
        let (asked, gate) = (Mailbox<Bool>(), Mailbox<Bool>())
        let parent = server.io.of(matching: { _, _ in
            asked.put(true)
            return (try? await gate.next()) ?? false
        })
        parent.onConnection { _ in Issue.record("connected") }
        let client = try await server.open()
        client.send("40/a,")
        _ = try await asked.next()
        try await client.close()
        while server.io.engine.sessionCount > 0 { await Task.yield() }
        gate.put(true)
        try await server.close()
        await waitUntilForgotten(parent)
        #expect(server.io.socketCount == 0)
    }

    @Test func aChildOutlivesTheSocketThatMadeItWhileAnotherConnects() async throws {
        let server = try await TestServer()
        let gate = Mailbox<Bool>()
        let parent = server.io.of(matching: { _, _ in true })
        let connecting = Mailbox<Namespace>()
        parent.use { socket in
            connecting.put(socket.namespace)
            if socket.handshake.auth != nil { _ = try await gate.next() }
        }
        let (first, second) = (try await server.open(), try await server.open())
        first.send("40/a,")
        _ = try await first.next()
        second.send("40/a,{}")
        let namespaces = [try await connecting.next(), try await connecting.next()]
        #expect(namespaces[0] === namespaces[1])
        try await first.close()
        while server.io.socketCount > 0 { await Task.yield() }
        gate.put(true)
        #expect(try await second.next().hasPrefix("40/a,"))
        #expect(parent.children.first === namespaces[0])
        try await second.close()
        await waitUntilForgotten(parent)
        try await server.close()
    }

    @Test(arguments: 0..<4)
    func comingAndGoingInCrowdsLeavesNothing(attempt: Int) async throws {
        let server = try await TestServer()
        let parent = server.io.of(matching: { _, _ in
            await Task.yield()
            return true
        })
        parent.on("hi") { _, event in try event.ack() }
        try await withThrowingTaskGroup { group in
            for number in 0..<8 {
                group.addTask {
                    let client = try await server.open()
                    for turn in 0..<10 {
                        let name = "/\((number + turn) % 3)"
                        client.send("40\(name),")
                        #expect(try await client.next().hasPrefix("40\(name),{"))
                        client.send("42\(name),1[\"hi\"]")
                        #expect(try await client.next() == "43\(name),1[]")
                        client.send("41\(name),")
                    }
                    try await client.close()
                }
            }
            try await group.waitForAll()
        }
        await waitUntilForgotten(parent)
        #expect(server.io.allNamespaces.map(\.name) == ["/"])
        try await server.close()
    }
}
