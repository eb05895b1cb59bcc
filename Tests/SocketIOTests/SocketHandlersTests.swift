import SocketTestKit
import Testing

@testable import SocketIO

struct SocketHandlersTests {
    struct Refused: Error {}

    @Test func aMiddlewareThatThrowsKeepsTheEventFromItsHandler() async throws {
        let server = try await TestServer()
        let errors = Mailbox<String>()
        server.root.onConnection { socket in
            socket.use { _, event in if event.name == "forbidden" { throw Refused() } }
        }
        server.root.onAny { _, event in #expect(event.name == "allowed") }
        server.root.on("allowed") { _, event in try event.ack("done") }
        server.root.on("forbidden") { _, _ in Issue.record("handled") }
        server.root.onError { _, event, error in
            errors.put("\(event.name) \(error is Refused)")
            _ = try? event.ack("refused")
        }
        let (client, _) = try await server.connect()
        client.send(#"421["forbidden"]"#, #"422["allowed"]"#)
        #expect(try await client.nextIs(#"431["refused"]"#, #"432["done"]"#))
        #expect(try await errors.next() == "forbidden true")
        try await server.close()
    }

    @Test func middlewaresAndListenersRunInOrderBeforeTheHandler() async throws {
        let server = try await TestServer()
        let steps = Mailbox<String>()
        server.root.onConnection { socket in
            socket.onAny { _, _ in steps.put("socket's listener") }
            socket.use { _, _ in steps.put("first check") }
            socket.use { _, _ in steps.put("second check") }
        }
        server.root.onAny { _, _ in steps.put("namespace's listener") }
        server.root.on("a") { _, event in
            steps.put("handler")
            try event.ack()
        }
        let (client, id) = try await server.connect()
        client.send(#"421["a"]"#)
        #expect(try await client.next() == "431[]")
        for step in ["first check", "second check", "namespace's listener", "socket's listener", "handler"] {
            #expect(try await steps.next() == step)
        }
        await server.root.socket(id: id)?.offAny()
        client.send(#"422["a"]"#)
        #expect(try await client.next() == "432[]")
        for step in ["first check", "second check", "namespace's listener", "handler"] {
            #expect(try await steps.next() == step)
        }
        try await server.close()
    }

    @Test func handlersForOneTimeAndRemovedOnesGiveWayToTheNamespaces() async throws {
        let server = try await TestServer()
        for name in ["a", "b", "c"] { server.root.on(name) { _, event in try event.ack("namespace") } }
        server.root.onConnection { socket in
            socket.once("a") { _, event in try event.ack("once") }
            socket.on("b") { _, event in try event.ack("socket") }
            socket.on("c") { _, event in try event.ack("socket") }
        }
        let (client, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        client.send(#"421["a"]"#, #"422["a"]"#, #"423["b"]"#, #"424["c"]"#)
        #expect(
            try await client.nextIs(#"431["once"]"#, #"432["namespace"]"#, #"433["socket"]"#, #"434["socket"]"#))
        socket.off("b")
        client.send(#"425["b"]"#, #"426["c"]"#)
        #expect(try await client.nextIs(#"435["namespace"]"#, #"436["socket"]"#))
        socket.off()
        client.send(#"427["c"]"#)
        #expect(try await client.next() == #"437["namespace"]"#)
        try await server.close()
    }

    @Test func disconnectingSocketsAreStillInTheirRooms() async throws {
        let server = try await TestServer()
        let steps = Mailbox<String>()
        server.root.use { socket in await socket.join("one", "two") }
        server.root.onDisconnecting { socket, reason, rooms in
            #expect(!socket.isConnected)
            let now = await socket.rooms()
            steps.put("\(reason.rawValue) \(rooms.sorted()) \(now.sorted())")
            // Nothing is sent to it any more, and it does not count.
            try? server.root.to("one").emit("late")
            let left = await server.root.in("one").fetchSockets()
            #expect(left.isEmpty)
        }
        server.root.onDisconnect { socket, reason in
            let now = await socket.rooms()
            steps.put("\(reason.rawValue) \(now)")
        }
        let (client, _) = try await server.connect()
        client.send("41")
        #expect(try await steps.next() == #"client namespace disconnect ["one", "two"] ["one", "two"]"#)
        #expect(try await steps.next() == "client namespace disconnect []")
        client.send("40")
        #expect(try await client.next().hasPrefix(#"40{"sid":""#))
        try await server.close()
    }

    @Test func socketsWithoutHandlersHoldNone() async throws {
        let server = try await TestServer()
        let (_, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        socket.off("a")
        socket.offAny()
        #expect(socket.ownHandlers === nil)
        socket.once("a") { _, _ in }
        #expect(socket.ownHandlers !== nil)
        try await server.close()
    }
}
