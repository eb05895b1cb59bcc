import EngineIO
import NIOCore
import NIOPosix
import SocketTestKit
import Synchronization
import Testing

@testable import SocketIO

struct RecoveryTests {
    private func server(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        _ configure: (inout ConnectionStateRecovery) -> Void = { _ in }
    ) async throws -> TestServer {
        var recovery = ConnectionStateRecovery()
        configure(&recovery)
        return try await TestServer(group: group) { $0.connectionStateRecovery = recovery }
    }

    private func socket(_ client: RecoveringClient, _ server: TestServer) async throws -> Socket {
        try #require(await server.root.socket(id: client.id))
    }

    /// Drops the connection and waits until the server knows.
    private func drop(_ client: RecoveringClient, _ server: TestServer) async throws {
        let id = client.id
        try await client.drop()
        while await server.root.socket(id: id) != nil { await Task.yield() }
    }

    @Test func packetsAreThoseOfTheReference() async throws {
        let server = try await server()
        let client = try await server.open()
        client.send(#"40{"token":"x"}"#)
        let connect = try await client.next()
        #expect(connect.wholeMatch(of: /40\{"sid":"[\w-]{20}","pid":"[\w-]{20}"\}/) != nil)
        try server.root.emit("news", 1, "two")
        #expect(try await client.next().wholeMatch(of: /42\["news",1,"two","[\w-]{8}\.1\.[0-9a-z]+"\]/) != nil)
        try server.root.all.emit("keyed", jsonArguments: [ByteBuffer(string: "3")], key: "k-1")
        #expect(try await client.next().wholeMatch(of: /42\["keyed",3,"[\w-]{8}\.2\.[0-9a-z]+\.k-1"\]/) != nil)
        try server.root.emit("empty")
        #expect(try await client.next().wholeMatch(of: /42\["empty","[\w-]{8}\.3\.[0-9a-z]+\.k-1"\]/) != nil)
        try server.root.all.emit(
            "binary", jsonArguments: [ByteBuffer(string: #"{"_placeholder":true,"num":0}"#)],
            attachments: [ByteBuffer(bytes: [7])])
        #expect(
            try await client.next().wholeMatch(
                of: /451-\["binary",\{"_placeholder":true,"num":0\},"[\w-]{8}\.4\.[0-9a-z]+\.k-1"\]/) != nil)
        try await server.close()
    }

    @Test func whatWasMissedComesBeforeConnectInOrder() async throws {
        let server = try await server()
        let client = try await RecoveringClient(server)
        let other = try await RecoveringClient(server)
        let first = try await socket(client, server)
        await first.join("room")
        first.setData("mine")
        try server.root.emit("seen")
        #expect(try await client.next() == #"42["seen"]"#)
        let (id, pid) = (client.id, client.pid)
        try await drop(client, server)
        #expect(!first.isConnected)
        try server.root.to("room").emit("room", 1)
        try server.root.to("elsewhere").emit("elsewhere")
        try server.root.except(id).emit("others")
        try server.root.to(id).emit("own")
        try server.root.emit("all", ["x"])

        try await client.comeBack()
        #expect(client.replayed == [#"42["room",1]"#, #"42["own"]"#, #"42["all",["x"]]"#])
        #expect(client.isRecovered && client.id == id && client.pid == pid)
        let second = try await socket(client, server)
        #expect(second.isRecovered && second !== first)
        #expect(await second.rooms() == ["room"])
        #expect(second.data(as: String.self) == "mine")
        try server.root.to("room").emit("live")
        #expect(try await client.next() == #"42["live"]"#)
        #expect(!other.isRecovered)
        try await server.close()
    }

    @Test func nothingIsReplayedTwice() async throws {
        let server = try await server()
        let client = try await RecoveringClient(server)
        for number in 0..<3 {
            try await drop(client, server)
            try server.root.emit("missed", number)
            try await client.comeBack()
            #expect(client.isRecovered && client.replayed == [#"42["missed",\#(number)]"#])
        }
        try await drop(client, server)
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed.isEmpty)
        try await server.close()
    }

    @Test func aClientThatHasHadNoEventIsRecovered() async throws {
        let server = try await server()
        let observer = try await RecoveringClient(server)
        try server.root.emit("earlier")
        #expect(try await observer.next() == #"42["earlier"]"#)
        let client = try await RecoveringClient(server)
        try await drop(client, server)
        try server.root.emit("missed")
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed == [#"42["missed"]"#])
        try await server.close()
    }

    @Test func aConnectionThatSeemsToLiveIsSuperseded() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await server(group: group)
        let reasons = Mailbox<DisconnectReason>()
        server.root.onDisconnect { _, reason in reasons.put(reason) }
        let client = try await RecoveringClient(server)
        await (try await socket(client, server)).join("room")
        let id = client.id
        // Sent into the half-open connection, which nobody reads.
        try server.root.to("room").emit("lost on the way")
        try await client.comeBack()
        #expect(client.isRecovered && client.id == id && client.replayed == [#"42["lost on the way"]"#])
        #expect(try await reasons.next() == .transportClose)
        #expect(server.io.socketCount == 1)
        try await server.close()
        try await group.shutdownGracefully()
    }

    @Test func nothingIsReplayedBeforeTheMiddlewaresHaveAgreed() async throws {
        let server = try await server()
        server.root.use { socket in
            let auth = try? socket.handshake.decodeAuth([String: String].self)
            guard auth?["token"] == "good" else { throw ConnectError(message: "no") }
        }
        let client = try await RecoveringClient(server, auth: ["token": "good"])
        try await drop(client, server)
        try server.root.emit("secret")
        let stranger = try await server.open()
        stranger.send(#"40{"pid":"\#(client.pid)"}"#)
        #expect(try await stranger.next() == #"44{"message":"no"}"#)
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed == [#"42["secret"]"#])
        try await server.close()
    }

    @Test func anotherUserGetsASocketOfTheirOwn() async throws {
        let server = try await server { recovery in
            recovery.isAllowed = { socket, earlier in socket.data(as: String.self) == earlier as? String }
        }
        server.root.use { socket in
            socket.setData(try socket.handshake.decodeAuth([String: String].self)["user"] ?? "")
        }
        let ada = try await RecoveringClient(server, auth: ["user": "ada"])
        let id = ada.id
        try await drop(ada, server)
        try server.root.to(id).emit("for ada")
        let bob = try await server.open()
        bob.send(#"40{"pid":"\#(ada.pid)","user":"bob"}"#)
        let answer = try await bob.next()
        #expect(answer.hasPrefix(#"40{"sid":""#) && !answer.contains(id) && !answer.contains(ada.pid))
        try server.root.to(id).emit("more for ada")
        try await ada.comeBack()
        #expect(ada.isRecovered && ada.replayed == [#"42["for ada"]"#, #"42["more for ada"]"#])
        try server.root.emit("end")
        #expect(try await bob.next().hasPrefix(#"42["end","#))
        try await server.close()
    }

    @Test func middlewaresAreSkippedWhereThatIsConfigured() async throws {
        let server = try await server { $0.skipsMiddlewares = true }
        let calls = Atomic(0)
        server.root.use { _ in calls.add(1, ordering: .relaxed) }
        let client = try await RecoveringClient(server)
        try await drop(client, server)
        try await client.comeBack()
        #expect(client.isRecovered && calls.load(ordering: .relaxed) == 1)
        try await server.close()
    }

    @Test func onlyCurrentRoomsCountWhereThatIsConfigured() async throws {
        let rooms = Mutex(["a", "b"])
        let server = try await server { $0.rooms = .current }
        server.root.use { socket in await socket.join(rooms.withLock { $0 }) }
        let client = try await RecoveringClient(server)
        try await drop(client, server)
        for room in ["a", "b", "c"] { try server.root.to(room).emit(room) }
        rooms.withLock { $0 = ["b", "c"] }
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed == [#"42["b"]"#, #"42["c"]"#])
        #expect(Set(await (try await socket(client, server)).rooms()) == ["b", "c"])
        try await server.close()
    }

    @Test func whoMissedWhatIsNoLongerKeptIsNotRecovered() async throws {
        let server = try await server { $0.maxEvents = 2 }
        let client = try await RecoveringClient(server)
        let id = client.id
        try await drop(client, server)
        for number in 0..<3 { try server.root.emit("n", number) }
        try await client.comeBack()
        #expect(!client.isRecovered && client.replayed.isEmpty && client.id != id)
        try await drop(client, server)
        for number in 3..<5 { try server.root.emit("n", number) }
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed == [#"42["n",3]"#, #"42["n",4]"#])
        try await server.close()
    }

    @Test func whoWasAwayTooLongIsNotRecovered() async throws {
        let server = try await server { $0.maxDisconnectionDuration = .zero }
        let client = try await RecoveringClient(server)
        try await drop(client, server)
        try await client.comeBack()
        #expect(!client.isRecovered)
        try await server.close()
    }

    @Test func whoLeftOrWasSentAwayIsNotRecovered() async throws {
        let server = try await server()
        let client = try await RecoveringClient(server)
        client.send("41")
        while server.io.socketCount > 0 { await Task.yield() }
        try await client.comeBack()
        #expect(!client.isRecovered)
        await server.root.in(client.id).disconnectSockets(close: true)
        try await client.comeBack()
        #expect(!client.isRecovered)
        try await server.close()
    }

    @Test func whoDoesNotTakePartGetsNeitherSecretNorOffsets() async throws {
        let server = try await server { recovery in
            recovery.isWanted = { (try? $0.decodeAuth([String: String].self))?["recovery"] == "yes" }
        }
        let client = try await RecoveringClient(server, auth: ["recovery": "yes"])
        let plain = try await server.connect()
        try server.root.emit("news", 1)
        #expect(try await plain.client.next() == #"42["news",1]"#)
        #expect(try await client.next() == #"42["news",1]"#)
        #expect(client.offset?.contains(".1.") == true)
        try (try #require(await server.root.socket(id: plain.id))).emit("own")
        #expect(try await plain.client.next() == #"42["own"]"#)
        try await server.close()
    }

    @Test func questionsAreNeitherStampedNorReplayed() async throws {
        let server = try await server()
        let client = try await RecoveringClient(server)
        let socket = try await socket(client, server)
        async let answer = socket.emitWithAck("question", "a string", timeout: .seconds(60))
        #expect(try await client.raw() == #"420["question","a string"]"#)
        client.send(#"430["yes"]"#)
        #expect(try await answer.decode(String.self) == "yes")
        let lost = Task { try await socket.emitWithAck("question", timeout: .seconds(60)) }
        _ = try await client.raw()
        try await drop(client, server)
        await #expect(throws: SocketIOError.disconnected) { try await lost.value }
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed.isEmpty)
        try await server.close()
    }

    @Test func volatileEventsAreStampedAndNotReplayed() async throws {
        let server = try await server()
        let client = try await RecoveringClient(server)
        try server.root.emit("kept", 1)
        #expect(try await client.next() == #"42["kept",1]"#)
        let before = client.offset
        try server.root.volatile.emit("typing", "a string")
        #expect(try await client.next() == #"42["typing","a string"]"#)
        #expect(client.offset?.prefix(10) == before?.prefix(10))
        try (try await socket(client, server)).volatile.emit("own", "another")
        #expect(try await client.next() == #"42["own","another"]"#)
        try await drop(client, server)
        try server.root.volatile.emit("typing", "missed")
        try server.root.emit("kept", 2)
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed == [#"42["kept",2]"#])
        try await server.close()
    }

    @Test func theApplicationFillsInWhatIsNotKept() async throws {
        let gaps = Mailbox<RecoveryGap>()
        @Sendable func emit(_ key: String, _ namespace: Namespace) throws {
            try namespace.all.emit("live", jsonArguments: [ByteBuffer(string: #""\#(key)""#)], key: key)
        }
        let server = try await server { recovery in
            recovery.maxEvents = 2
            recovery.backfill = { socket, gap in
                gaps.put(gap)
                // While the application looks: one that it finds too, and one that it does not.
                for key in ["m3", "m4"] { try emit(key, socket.namespace) }
                return ["m1", "m2", "m3"].map { (key: String) in
                    ReplayedEvent(name: "stored", arguments: [ByteBuffer(string: #"{"id":"\#(key)"}"#)], key: key)
                }
            }
        }
        let client = try await RecoveringClient(server)
        try emit("m0", server.root)
        #expect(try await client.next() == #"42["live","m0"]"#)
        try await drop(client, server)
        for key in ["m1", "m2", "x"] { try emit(key, server.root) }
        try await client.comeBack()
        #expect(!client.isRecovered && client.replayed.isEmpty)
        let gap = try await gaps.next()
        #expect(["m0", "m1", "x", "never"].map(gap.wasSent) == [true, false, false, nil])
        #expect(gap.offset?.key == "m0")
        for key in ["m1", "m2", "m3"] { #expect(try await client.next() == #"42["stored",{"id":"\#(key)"}]"#) }
        #expect(try await client.next() == #"42["live","m4"]"#)
        try await server.close()
    }

    @Test func whatWasFilledInIsRecoveredWhenTheConnectionIsLostAgain() async throws {
        let server = try await server { recovery in
            recovery.backfill = { _, _ in
                (1...3).map { ReplayedEvent(name: "stored", arguments: [ByteBuffer(string: "\($0)")]) }
            }
        }
        let client = try await RecoveringClient(server)
        client.send("41")
        while server.io.socketCount > 0 { await Task.yield() }
        try await client.comeBack()
        #expect(!client.isRecovered)
        #expect(try await client.next() == #"42["stored",1]"#)
        try await drop(client, server)
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed == [#"42["stored",2]"#, #"42["stored",3]"#])
        try await server.close()
    }
}
