import EngineIO
import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import SocketIO

/// Several servers that are connected, with clients at each.
struct ClusterTests {
    private func servers(_ count: Int) async throws -> [TestServer] {
        let cluster = InMemoryCluster()
        var servers: [TestServer] = []
        for _ in 0..<count { servers.append(try await TestServer { $0.cluster = cluster.adapter() }) }
        return servers
    }

    private func close(_ servers: [TestServer]) async throws {
        for server in servers { try await server.close() }
    }

    @Test func eventsReachRoomsOfAllServersOnceAndInOrder() async throws {
        let servers = try await servers(3)
        var clients: [(client: TestClient, id: String)] = []
        for server in servers {
            server.root.use { socket in await socket.join("room") }
            clients.append(try await server.connect())
        }
        try servers[0].root.to("room").emit("first", 1)
        try servers[0].root.to("room", clients[2].id).except(clients[1].id).emit("second")
        try servers[0].root.local.emit("local")
        try servers[0].root.to(clients[1].id).emit("direct")
        try servers[0].root.all.emit(
            "binary", jsonArguments: [ByteBuffer(string: #"{"_placeholder":true,"num":0}"#)],
            attachments: [ByteBuffer(bytes: [7])])
        let binary = #"451-["binary",{"_placeholder":true,"num":0}]"#
        #expect(
            try await clients[0].client.nextIs(#"42["first",1]"#, #"42["second"]"#, #"42["local"]"#, binary))
        #expect(try await clients[1].client.nextIs(#"42["first",1]"#, #"42["direct"]"#, binary))
        #expect(try await clients[2].client.nextIs(#"42["first",1]"#, #"42["second"]"#, binary))
        try await close(servers)
    }

    @Test func aServerThatWasShutDownIsNoPeer() async throws {
        let servers = try await servers(3)
        let here = try await servers[0].connect()
        try await servers[2].close()
        // One that is a peer and does not answer would let this fail.
        #expect(try await servers[0].root.fetchRemoteSockets().map(\.id) == [here.id])
        try await servers[0].close()
        try await servers[1].close()
    }

    @Test func commandsHoldForSocketsOfOtherServers() async throws {
        let servers = try await servers(2)
        let here = try await servers[0].connect()
        let there = try await servers[1].connect()
        let socket = try #require(await servers[1].root.socket(id: there.id))
        await servers[0].root.all.socketsJoin("a", "b")
        await servers[0].root.in(there.id).socketsLeave("b")
        // What is emitted after a command comes after it.
        try servers[0].root.to("a").emit("a")
        try servers[0].root.to("b").emit("b")
        try servers[0].root.emit("end")
        #expect(try await here.client.nextIs(#"42["a"]"#, #"42["b"]"#, #"42["end"]"#))
        #expect(try await there.client.nextIs(#"42["a"]"#, #"42["end"]"#))
        #expect(await socket.rooms() == ["a"])
        await servers[0].root.in("a").except(here.id).disconnectSockets()
        #expect(try await there.client.next() == "41")
        #expect(await servers[0].root.socket(id: here.id) != nil)
        try await close(servers)
    }

    @Test func socketsOfAllServersAreFound() async throws {
        let servers = try await servers(3)
        var clients: [(client: TestClient, id: String)] = []
        for server in servers { clients.append(try await server.connect()) }
        // Of the server that is asked last, whose way to the news is the longest.
        let (client, first) = clients[1]
        await servers[0].root.in(first).socketsJoin("room")
        let all = try await servers[0].root.all.fetchRemoteSockets()
        #expect(Set(all.map(\.id)) == Set(clients.map(\.id)))
        #expect(all.allSatisfy { $0.query["page"] == "7" && $0.remoteAddress?.contains("127.0.0.1") == true })
        #expect(all.filter { $0.rooms == ["room"] }.map(\.id) == [first])
        #expect(try await servers[0].root.all.local.fetchRemoteSockets().count == 1)
        let found = try await servers[2].root.in("room").fetchRemoteSockets()
        #expect(found.map(\.id) == [first])
        await found.first?.disconnect()
        #expect(try await client.next() == "41")
        #expect(try await servers[1].root.in("room").fetchRemoteSockets().isEmpty)
        try await close(servers)
    }

    @Test func clientsOfAllServersAnswer() async throws {
        let servers = try await servers(3)
        var clients: [TestClient] = []
        for server in servers { clients.append(try await server.connect().client) }
        for client in clients {
            Task {
                let question = try await client.next()
                if question == #"420["question",1]"# { client.send(#"430["yes",{"n":2}]"#) }
            }
        }
        let asked = try await servers[0].root.all.emitWithAck("question", 1, timeout: .seconds(60))
        #expect(asked.count == 3)
        var answers: [String] = []
        for await answer in asked.answers { answers.append(try answer.decode(String.self)) }
        #expect(answers == ["yes", "yes", "yes"])
        try await close(servers)
    }

    @Test func whoDoesNotAnswerIsNotWaitedForLonger() async throws {
        let servers = try await servers(2)
        let silent = try await servers[1].connect()
        let asked = try await servers[0].root.all.emitWithAck("question", timeout: .milliseconds(100))
        #expect(asked.count == 1)
        for await _ in asked.answers { Issue.record("nobody answered") }
        #expect(try await silent.client.next() == #"420["question"]"#)
        try await close(servers)
    }

    @Test func serversTalkAmongThemselves() async throws {
        let servers = try await servers(3)
        let told = Mailbox<ServerSideEvent>()
        for server in servers {
            server.root.onServerSideEmit("hello") { event in
                told.put(event)
                return nil
            }
        }
        servers[1].root.onServerSideEmit("count") { event in 1 + (try event.arguments.decode(Int.self)) }
        servers[2].root.onServerSideEmit("count") { _ in throw CancellationError() }
        try servers[0].root.serverSideEmit("hello", "there", 2)
        for _ in 0..<2 {
            let event = try await told.next()
            #expect(try event.arguments.decode(String.self) == "there" && event.arguments.decode(Int.self, at: 1) == 2)
        }
        let answers = try await servers[0].root.serverSideEmitWithAck("count", 41)
        #expect(try answers.map { try $0.decode(Int.self) } == [42])
        // Not to itself.
        #expect(told.count == 0)
        try await close(servers)
    }

    @Test func aNamespaceThatIsNotEverywhereIsNoObstacle() async throws {
        let servers = try await servers(2)
        let admin = servers[0].io.of("/admin")
        try admin.emit("nobody")
        #expect(try await admin.all.fetchRemoteSockets().isEmpty)
        #expect(try await admin.all.emitWithAck("question").count == 0)
        #expect(try await admin.serverSideEmitWithAck("question").isEmpty)
        try await close(servers)
    }

    @Test func aServerThatDoesNotAnswerIsNamedByNumber() async throws {
        let server = try await TestServer { $0.cluster = SilentCluster() }
        await #expect(throws: SocketIOError.clusterTimeout(answers: 0, of: 2)) {
            try await server.root.all.fetchRemoteSockets(timeout: .milliseconds(50))
        }
        try await server.close()
    }

    @Test func messagesSurviveBeingEncoded() async throws {
        let servers = [
            try await TestServer { $0.cluster = EncodingCluster.shared.adapter() },
            try await TestServer { $0.cluster = EncodingCluster.shared.adapter() },
        ]
        let client = try await servers[1].connect()
        try servers[0].root.to(client.id).volatile.emit("news", ["a": 1])
        #expect(try await client.client.next() == #"42["news",{"a":1}]"#)
        #expect(try await servers[0].root.all.fetchRemoteSockets().map(\.id) == [client.id])
        try await close(servers)
    }
}
