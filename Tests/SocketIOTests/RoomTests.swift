import EngineIO
import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import SocketIO

struct RoomTests {
    /// Connected clients with their sockets, spread over the loops of the group.
    private func connect(_ count: Int, to server: TestServer) async throws -> [(client: TestClient, socket: Socket)] {
        var connected: [(client: TestClient, socket: Socket)] = []
        for _ in 0..<count {
            let (client, id) = try await server.connect()
            connected.append((client, try #require(await server.root.socket(id: id))))
        }
        return connected
    }

    @Test func broadcastsReachTheirRoomsOnEveryLoopOnce() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await TestServer(group: group)
        let all = try await connect(6, to: server)
        #expect(Set(all.map { ObjectIdentifier($0.socket.eventLoop) }).count == 2)
        for member in all[0...3] { await member.socket.join("a") }
        for member in all[2...4] { await member.socket.join("b", "b", "c") }

        try server.root.to("a").emit("a")
        try server.root.to("a", "b", "c").emit("abc")
        try server.root.to("a").except("b").emit("a-b")
        try server.root.in("a").to("b").except(all[2].socket.id, "nobody").emit("ab-2")
        try server.root.to(all[5].socket.id).emit("five")
        try server.root.to("nowhere").emit("nowhere")
        try server.root.except("a").emit("-a")
        try server.root.emit("end")

        let expected: [[String]] = [
            ["a", "abc", "a-b", "ab-2", "end"], ["a", "abc", "a-b", "ab-2", "end"], ["a", "abc", "end"],
            ["a", "abc", "ab-2", "end"], ["abc", "ab-2", "-a", "end"], ["five", "-a", "end"],
        ]
        for (member, events) in zip(all, expected) {
            for event in events { #expect(try await member.client.next() == #"42["\#(event)"]"#) }
        }
        try await server.close()
        try await group.shutdownGracefully()
    }

    @Test func socketLeavesItselfOut() async throws {
        let server = try await TestServer()
        let all = try await connect(3, to: server)
        for member in all[0...1] { await member.socket.join("room") }
        try all[0].socket.to("room").emit("typing")
        try all[0].socket.broadcast.emit("others")
        try all[0].socket.except(all[2].socket.id).emit("second")
        try server.root.emit("end")
        let expected = [["end"], ["typing", "others", "second", "end"], ["others", "end"]]
        for (member, events) in zip(all, expected) {
            for event in events { #expect(try await member.client.next() == #"42["\#(event)"]"#) }
        }
        try await server.close()
    }

    @Test func membershipFollowsJoinsAndLeaves() async throws {
        let server = try await TestServer()
        let all = try await connect(2, to: server)
        let socket = all[0].socket
        await socket.join(["a", "b", socket.id])
        #expect(Set(await socket.rooms()) == ["a", "b"])
        await socket.leave("a", "never joined")
        #expect(await socket.rooms() == ["b"])
        await server.root.in("b").socketsJoin("c", "d")
        #expect(Set(await socket.rooms()) == ["b", "c", "d"])
        #expect(await all[1].socket.rooms().isEmpty)
        await server.root.all.socketsLeave("b", "c")
        #expect(await socket.rooms() == ["d"])
        #expect(await server.root.in("d").fetchSockets() == [socket])
        #expect(await Set(server.root.all.fetchSockets()).count == 2)
        try await all[0].client.close()
        while server.io.socketCount > 1 { await Task.yield() }
        #expect(await server.root.in("d").fetchSockets().isEmpty)
        await socket.join("d")
        #expect(await socket.rooms().isEmpty)
        try await server.close()
    }

    @Test func broadcastAfterAJoinReachesItWhoeverIssuesIt() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await TestServer(group: group)
        let all = try await connect(4, to: server)
        for round in 0..<100 {
            for member in all { await member.socket.join("r\(round)") }
            await Task.detached { try? server.root.to("r\(round)").emit("r", round) }.value
        }
        for member in all {
            for round in 0..<100 { #expect(try await member.client.next() == #"42["r",\#(round)]"#) }
        }
        try await server.close()
        try await group.shutdownGracefully()
    }

    @Test func broadcastsOfOneTaskKeepTheirOrder() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await TestServer(group: group)
        let all = try await connect(4, to: server)
        for member in all { await member.socket.join("room") }
        for number in 0..<1_000 { try server.root.to("room").emit("n", number) }
        for member in all {
            for number in 0..<1_000 { #expect(try await member.client.next() == #"42["n",\#(number)]"#) }
        }
        try await server.close()
        try await group.shutdownGracefully()
    }

    @Test func disconnectingARoom() async throws {
        let server = try await TestServer()
        let reasons = Mailbox<String>()
        server.root.onDisconnect { socket, reason in
            #expect(await socket.rooms().isEmpty)
            reasons.put(reason.rawValue)
        }
        let all = try await connect(3, to: server)
        await all[0].socket.join("out")
        await all[1].socket.join("closed")
        await server.root.in("out").disconnectSockets()
        #expect(try await all[0].client.next() == "41")
        await server.root.in("closed").disconnectSockets(close: true)
        #expect(try await all[1].client.nextIs("41", "close 1000"))
        for _ in 0..<2 { #expect(try await reasons.next() == "server namespace disconnect") }
        try server.root.emit("end")
        #expect(try await all[2].client.next() == #"42["end"]"#)
        try await server.close()
    }

    @Test func jsonAndBinaryAreBroadcast() async throws {
        let server = try await TestServer()
        let all = try await connect(2, to: server)
        let json = #"{"id":"1","content":"é"}"#
        try server.root.all.emit("message_received", json: ByteBuffer(string: json))
        try server.root.all.emit("message_received", json: Array(json.utf8))
        try server.root.all.emit("file", ["data": Binary([9, 8])])
        for member in all {
            #expect(try await member.client.next() == #"42["message_received",\#(json)]"#)
            #expect(try await member.client.next() == #"42["message_received",\#(json)]"#)
            #expect(try await member.client.next().hasPrefix(#"451-["file",{"data":{"#))
            #expect(try await member.client.frame() == ServerFrame(opcode: 2, payload: [9, 8]))
        }
        #expect(throws: SocketIOError.reservedEventName("connect_error")) { try server.root.emit("connect_error") }
        try await server.close()
    }

    @Test func pollingClientsAreMembersToo() async throws {
        let server = try await TestServer()
        server.root.use { await $0.join("room") }
        let polling = try await PollingClient(server.io.engine)
        #expect(try await polling.post("40") == "ok")
        #expect(try await polling.poll().hasPrefix(#"40{"sid":""#))
        let (client, _) = try await server.connect()
        async let poll = polling.poll()
        try server.root.to("room").emit("hello", Binary([1, 2, 3]))
        let text = try await client.next()
        #expect(try await poll == text + "\u{1e}bAQID")
        #expect(try await polling.post(#"451-["f",{"_placeholder":true,"num":0}]"# + "\u{1e}bAQID") == "ok")
        try await server.close()
    }

    @Test func slowReaderIsClosedAndTheOthersAreServed() async throws {
        let server = try await TestServer { $0.engine.maxBufferedBytes = 100_000 }
        let reasons = Mailbox<DisconnectReason>()
        server.root.onDisconnect { reasons.put($1) }
        let polling = try await PollingClient(server.io.engine)
        #expect(try await polling.post("40") == "ok")
        let (client, _) = try await server.connect()
        let kilobyte = String(repeating: "x", count: 1_000)
        for number in 0..<150 { try server.root.emit("n", number, kilobyte) }
        #expect(try await reasons.next() == .transportError)
        for number in 0..<150 { #expect(try await client.next().hasPrefix(#"42["n",\#(number),"#)) }
        try await server.close()
    }
}
