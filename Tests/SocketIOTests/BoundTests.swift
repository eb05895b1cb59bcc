import EngineIO
import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

/// Every bound on what a client may send, by literal frames.
struct BoundTests {
    private func reason(
        _ configure: (inout SocketIOConfiguration) -> Void = { _ in }, _ send: (TestClient) -> Void
    ) async throws -> DisconnectReason {
        let server = try await TestServer(configure)
        let reasons = Mailbox<DisconnectReason>()
        server.root.onDisconnect { reasons.put($1) }
        let (client, _) = try await server.connect()
        send(client)
        let reason = try await reasons.next()
        try await server.close()
        return reason
    }

    @Test func attachmentsAreBoundedInNumber() async throws {
        #expect(try await reason({ $0.maxAttachments = 2 }) { $0.send(#"453-["a"]"#) } == .parseError)
    }

    @Test func attachmentsAreBoundedInBytes() async throws {
        let reason = try await reason({ $0.maxAttachmentBytes = 5 }) { client in
            client.send(#"452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#)
            client.sendBinary([1, 2, 3])
            client.sendBinary([1, 2, 3])
        }
        #expect(reason == .parseError)
    }

    @Test func attachmentsNobodyAnnouncedAreRefused() async throws {
        #expect(try await reason { $0.sendBinary([1]) } == .parseError)
    }

    @Test func nestingIsBounded() async throws {
        let reason = try await reason({ $0.maxNesting = 3 }) { $0.send(#"42["a",[[[]]]]"#) }
        #expect(reason == .parseError)
    }

    @Test func argumentsAreBoundedInNumber() async throws {
        for packet in [#"42["a",1,2,3]"#, "430[1,2,3]"] {
            #expect(try await reason({ $0.maxArguments = 2 }) { $0.send(packet) } == .parseError)
        }
        let reason = try await reason({ $0.maxArguments = 2 }) { client in
            client.send(#"42["a",1,[2,3,4]]"#, "430[1,2]", "41")
        }
        #expect(reason == .clientNamespaceDisconnect)
    }

    @Test func namespaceNamesAreBounded() async throws {
        #expect(try await reason({ $0.maxNamespaceLength = 4 }) { $0.send("40/long,") } == .parseError)
    }

    @Test func packetsAreBounded() async throws {
        let reason = try await reason({ $0.engine.maxPayload = 100 }) { client in
            client.send(#"42["a",""# + String(repeating: "x", count: 100) + #""]"#)
        }
        #expect(reason == .transportError)
    }

    @Test func whatWaitsForAClientIsBounded() async throws {
        let server = try await TestServer { $0.engine.maxBufferedPackets = 8 }
        let reasons = Mailbox<DisconnectReason>()
        server.root.onDisconnect { reasons.put($1) }
        let client = try await PollingClient(server.io.engine)
        #expect(try await client.post("40") == "ok")
        #expect(try await client.poll().hasPrefix("40"))
        for number in 0..<9 { try server.root.emit("n", number) }
        #expect(try await reasons.next() == .transportError)
        try await server.close()
    }

    @Test(arguments: ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"])
    func reservedNamesAreRefusedBothWays(name: String) async throws {
        #expect(try await reason { $0.send(#"42["\#(name)"]"#) } == .parseError)
        let server = try await TestServer()
        let (_, id) = try await server.connect()
        let socket = try #require(await server.root.socket(id: id))
        let error = SocketIOError.reservedEventName(name)
        #expect(throws: error) { try socket.emit(name) }
        #expect(throws: error) { try socket.volatile.emit(name) }
        #expect(throws: error) { try server.root.emit(name) }
        #expect(throws: error) { try server.root.to("r").emit(name, json: [0x31]) }
        await #expect(throws: error) { try await socket.emitWithAck(name) }
        await #expect(throws: error) { try await server.root.all.emitWithAck(name) }
        try await server.close()
    }
}
