import EngineIO
import Foundation
import HTTPTypes
import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

struct ConnectTests {
    struct User: Sendable, Equatable {
        var name: String
    }

    private struct Auth: Decodable {
        var token: String
    }

    @Test func middlewareReadsTheHandshakeAndKeepsData() async throws {
        let server = try await TestServer()
        let seen = Mailbox<Socket>()
        server.root.use { socket in
            socket.setData(User(name: try socket.handshake.decodeAuth(Auth.self).token))
            #expect(!socket.isConnected)
        }
        server.root.onConnection { seen.put($0) }
        let (_, id) = try await server.connect(auth: #"{"token":"ann"}"#)
        let socket = try await seen.next()
        #expect(socket.id == id)
        #expect(socket.data(as: User.self) == User(name: "ann"))
        #expect(socket.data(as: String.self) == nil)
        #expect(socket.handshake.query["page"] == "7")
        #expect(socket.handshake.url == "/socket.io/?EIO=4&transport=websocket&page=7")
        #expect(socket.handshake.address == "127.0.0.1")
        #expect(!socket.handshake.secure && !socket.handshake.xdomain)
        #expect(Double(socket.handshake.issued) == (socket.handshake.time.timeIntervalSince1970 * 1000).rounded())
        #expect(socket.handshake.transport == .websocket)
        #expect(socket.handshake.remoteAddress?.ipAddress == "127.0.0.1")
        #expect(socket.handshake.auth.map { String(buffer: $0) } == #"{"token":"ann"}"#)
        #expect(socket.isConnected)
        #expect(server.io.socketCount == 1)
        #expect(await server.root.socket(id: id) == socket)
        try await server.close()
    }

    @Test func aHandshakeFromAPageOverTLSSaysSo() async throws {
        let server = try await TestServer { $0.engine.allowedOrigins = .any }
        let seen = Mailbox<Handshake>()
        server.root.onConnection { seen.put($0.handshake) }
        let client = try await PollingClient(
            server.io.engine, scheme: "https", headers: [.origin: "https://chat.example.com"])
        #expect(try await client.post("40") == "ok")
        let handshake = try await seen.next()
        #expect(handshake.secure && handshake.xdomain && handshake.address == nil)
        #expect(handshake.url == "/socket.io/?EIO=4&transport=polling")
        try await server.close()
    }

    @Test func refusalsReachTheClient() async throws {
        let server = try await TestServer()
        struct Unexpected: Error {}
        server.root.use { socket in
            switch socket.handshake.auth.map({ String(buffer: $0) }) {
            case #"{"a":1}"#: throw ConnectError(message: "Authentication error: token invalid")
            case #"{"a":2}"#: throw try ConnectError(message: "no", data: ["code": "token_expired"])
            case #"{"a":3}"#: throw Unexpected()
            default: break
            }
        }
        server.root.onConnection { _ in }
        let client = try await server.open()
        client.send(#"40{"a":1}"#)
        #expect(try await client.next() == #"44{"message":"Authentication error: token invalid"}"#)
        client.send(#"40{"a":2}"#)
        #expect(try await client.next() == #"44{"message":"no","data":{"code":"token_expired"}}"#)
        client.send(#"40{"a":3}"#)
        #expect(try await client.next() == #"44{"message":"Internal error"}"#)
        #expect(server.io.socketCount == 0)
        client.send("40")
        #expect(try await client.next().hasPrefix(#"40{"sid":""#))
        try await server.close()
    }

    @Test func middlewaresRunInOrderUntilOneRefuses() async throws {
        let server = try await TestServer()
        let steps = Mailbox<Int>()
        server.root.use { _ in steps.put(1) }
        server.root.use { _ in
            steps.put(2)
            throw ConnectError(message: "stop")
        }
        server.root.use { _ in steps.put(3) }
        let client = try await server.open()
        client.send("40")
        #expect(try await client.next() == #"44{"message":"stop"}"#)
        #expect(try await steps.next() == 1)
        #expect(try await steps.next() == 2)
        #expect(steps.count == 0)
        try await server.close()
    }

    @Test func unknownNamespacesAreRefusedAndOthersWorkBesideTheRoot() async throws {
        let server = try await TestServer()
        server.io.of("chat").on("hi") { socket, event in
            try event.ack("chat")
            try socket.emit("back", 1)
        }
        let (client, _) = try await server.connect()
        client.send("40/nowhere,")
        #expect(try await client.next() == #"44/nowhere,{"message":"Invalid namespace"}"#)
        client.send("40/chat,")
        #expect(try await client.next().hasPrefix(#"40/chat,{"sid":""#))
        client.send(#"42/chat,5["hi"]"#)
        #expect(try await client.nextIs(#"43/chat,5["chat"]"#, #"42/chat,["back",1]"#))
        try await server.close()
    }

    @Test func joinsInAMiddlewareHoldFromConnectOn() async throws {
        let server = try await TestServer()
        server.root.use { socket in
            await socket.join("room")
            // Not connected yet, so nothing may arrive before its CONNECT.
            try server.root.to("room").emit("too early")
        }
        server.root.onConnection { _ in try? server.root.to("room").emit("welcome") }
        let (client, _) = try await server.connect()
        #expect(try await client.next() == #"42["welcome"]"#)
        try await server.close()
    }

    @Test func clientThatNeverConnectsIsClosed() async throws {
        let server = try await TestServer { $0.connectTimeout = .seconds(8) }
        let (client, _) = try await server.connect()
        let idle = try await server.open()
        #expect(try await idle.next() == "close 1000")
        // Opened before the other, so it would have been closed before.
        try server.root.emit("alive")
        #expect(try await client.next() == #"42["alive"]"#)
        try await server.close()
    }

    @Test func clientThatLeavesDuringItsMiddlewareIsForgotten() async throws {
        let server = try await TestServer()
        let (entered, gate) = (Mailbox<Bool>(), Mailbox<Bool>())
        server.root.use { socket in
            await socket.join("room")
            entered.put(true)
            _ = try await gate.next()
        }
        server.root.onConnection { _ in Issue.record("connected") }
        server.root.onDisconnect { _, _ in Issue.record("disconnected") }
        let client = try await server.open()
        client.send("40")
        _ = try await entered.next()
        try await client.close()
        while server.io.engine.sessionCount > 0 { await Task.yield() }
        gate.put(true)
        try await server.close()
        #expect(await server.root.in("room").fetchSockets().isEmpty)
        #expect(server.io.socketCount == 0)
    }

    @Test(arguments: [#"42["a"]"#, "430[]", "40\u{0}", "42[", "4", "47", "451-[]", #"42["connect"]"#])
    func packetsOutOfPlaceCloseTheConnection(packet: String) async throws {
        let server = try await TestServer()
        let client = try await server.open()
        client.send(packet)
        #expect(try await client.next().hasPrefix("close 100"))
        try await server.close()
    }

    @Test(arguments: [
        ("40", DisconnectReason.forcedServerClose), (#"42["disconnect"]"#, .parseError), ("42{}", .parseError),
        ("449", .parseError), ("41", .clientNamespaceDisconnect), ("1", .transportClose), ("2", .transportError),
        (#"451-["a"]"# + "|42[\"a\"]", .parseError), (#"42["a","# + String(repeating: "[", count: 64), .parseError),
    ])
    func reasonsAreTheReferences(packets: String, reason: DisconnectReason) async throws {
        let server = try await TestServer()
        let reasons = Mailbox<DisconnectReason>()
        server.root.onDisconnect { socket, reason in
            #expect(!socket.isConnected)
            reasons.put(reason)
        }
        let (client, _) = try await server.connect()
        for packet in packets.split(separator: "|") { client.send(String(packet)) }
        #expect(try await reasons.next() == reason)
        try await server.close()
    }

    @Test func silentClientIsAPingTimeout() async throws {
        let server = try await TestServer {
            // Long enough that no ping comes between the frames of connecting.
            $0.engine.pingInterval = .seconds(2)
            $0.engine.pingTimeout = .milliseconds(200)
        }
        let reasons = Mailbox<DisconnectReason>()
        server.root.onDisconnect { reasons.put($1) }
        let (client, _) = try await server.connect()
        #expect(try await client.engineText() == "2")
        #expect(try await reasons.next() == .pingTimeout)
        #expect(try await client.next() == "close 1008")
        try await server.close()
    }

    @Test func furtherReasons() async throws {
        let server = try await TestServer()
        let reasons = Mailbox<DisconnectReason>()
        server.root.onDisconnect { reasons.put($1) }
        let gone = try await server.connect()
        try await gone.client.close()
        #expect(try await reasons.next() == .transportClose)
        let disconnected = try await server.connect()
        await server.root.socket(id: disconnected.id)?.disconnect()
        #expect(try await disconnected.client.next() == "41")
        #expect(try await reasons.next() == .serverNamespaceDisconnect)
        let closed = try await server.connect()
        await server.root.socket(id: closed.id)?.disconnect(close: true)
        #expect(try await closed.client.nextIs("41", "close 1000"))
        #expect(try await reasons.next() == .serverNamespaceDisconnect)
        _ = try await server.connect()
        await server.io.shutdown(deadline: .milliseconds(50))
        #expect(try await reasons.next() == .serverShuttingDown)
        try await server.close()
    }

    @Test func aClientThatIsDisconnectedWhileItConnectsIsTold() async throws {
        let server = try await TestServer()
        server.root.use { socket in
            await socket.join("unwanted")
            await server.root.in("unwanted").disconnectSockets()
        }
        server.root.onConnection { _ in Issue.record("connected") }
        let client = try await server.open()
        client.send("40")
        #expect(try await client.next() == #"44{"message":"Disconnected"}"#)
        #expect(server.io.socketCount == 0)
        try await server.close()
    }

    @Test func packetsThatCrossADisconnectAreIgnored() async throws {
        let server = try await TestServer()
        server.io.of("/other").on("hi") { _, event in try event.ack() }
        let (client, id) = try await server.connect()
        client.send("40/other,")
        _ = try await client.next()
        await server.root.socket(id: id)?.disconnect()
        #expect(try await client.next() == "41")
        client.send(#"42["late"]"#, "430[]", "41", #"42/other,1["hi"]"#)
        #expect(try await client.next() == "43/other,1[]")
        client.send("40")
        #expect(try await client.next().hasPrefix(#"40{"sid":""#))
        try await server.close()
    }

    @Test func shutdownWaitsForTheHandlers() async throws {
        let server = try await TestServer()
        let (entered, gate, done) = (Mailbox<Bool>(), Mailbox<Bool>(), Mailbox<String>())
        server.root.on("work") { _, _ in
            entered.put(true)
            _ = try await gate.next()
            done.put("event")
        }
        server.root.onDisconnect { done.put($1.rawValue) }
        let (client, _) = try await server.connect()
        client.send(#"42["work"]"#)
        _ = try await entered.next()
        async let shutdown: Void = server.io.shutdown(deadline: .seconds(10))
        #expect(try await client.next() == "close 1001")
        client.sendBytes(clientFrame(8, [0x03, 0xe9]))
        gate.put(true)
        await shutdown
        #expect(done.count == 2)
        #expect(try await done.next() == "event")
        #expect(try await done.next() == "server shutting down")
        try await server.close()
    }
}
