import EngineIO
import NIOCore
import SocketTestKit
import Synchronization
import Testing

@testable import SocketIO

/// What becomes of a client whose session was kept, but not all that it missed, or more than one connection can take.
struct RecoveryRefusalTests {
    private func drop(_ client: RecoveringClient, _ server: TestServer) async throws {
        let id = client.id
        try await client.drop()
        while await server.root.socket(id: id) != nil { await Task.yield() }
    }

    private static func stored(_ number: Int) -> ReplayedEvent {
        ReplayedEvent(name: "stored", arguments: [ByteBuffer(string: "\(number)")])
    }

    @Test(arguments: [false, true]) func whatIsLostDuringTheMiddlewaresIsFilledIn(forgets: Bool) async throws {
        let loses = Atomic(false)
        let gaps = Mailbox<RecoveryGap>()
        let server = try await TestServer {
            var recovery = ConnectionStateRecovery()
            recovery.maxEvents = 2
            recovery.backfill = { _, gap in
                gaps.put(gap)
                return [Self.stored(1)]
            }
            $0.connectionStateRecovery = recovery
        }
        let namespace = server.root
        namespace.use { socket in
            guard loses.exchange(false, ordering: .relaxed) else { return }
            if forgets { namespace.forgetMissedEvents() }
            for number in 0..<3 where !forgets { try namespace.emit("lost", number) }
        }
        let client = try await RecoveringClient(server)
        try server.root.emit("seen")
        #expect(try await client.next() == #"42["seen"]"#)
        await (try #require(await server.root.socket(id: client.id))).join("room")
        let (id, pid) = (client.id, client.pid)
        try await drop(client, server)
        loses.store(true, ordering: .relaxed)
        try await client.comeBack()
        #expect(!client.isRecovered && client.replayed.isEmpty && client.id != id && client.pid != pid)
        try server.root.emit("end")
        #expect(try await client.next() == #"42["stored",1]"#)
        #expect(gaps.count == 1)
        #expect(await (try #require(await server.root.socket(id: client.id))).rooms().isEmpty)
        #expect(try await client.next() == #"42["end"]"#)
        // What was kept for it is gone, too.
        let stranger = try await server.open()
        stranger.send(#"40{"pid":"\#(pid)"}"#)
        #expect(try await stranger.next().contains(pid) == false)
        try await server.close()
    }

    @Test func whoMissedTooManyBytesPassesTheMiddlewaresThatRecoverySkips() async throws {
        let calls = Atomic(0)
        let gaps = Mailbox<RecoveryGap>()
        let server = try await TestServer {
            var recovery = ConnectionStateRecovery()
            recovery.skipsMiddlewares = true
            recovery.backfill = { _, gap in
                gaps.put(gap)
                return [Self.stored(1)]
            }
            $0.connectionStateRecovery = recovery
            $0.engine.maxBufferedBytes = 1_000
        }
        server.root.use { _ in calls.add(1, ordering: .relaxed) }
        let client = try await RecoveringClient(server)
        try await drop(client, server)
        try server.root.emit("long", String(repeating: "x", count: 600))
        try await client.comeBack()
        #expect(!client.isRecovered && client.replayed.isEmpty && calls.load(ordering: .relaxed) == 2)
        try server.root.emit("end")
        #expect(try await client.next() == #"42["stored",1]"#)
        #expect(gaps.count == 1)
        try await server.close()
    }

    @Test func whoMissedMorePacketsThanMayWaitIsNotRecovered() async throws {
        let server = try await TestServer {
            var recovery = ConnectionStateRecovery()
            recovery.backfill = { _, _ in [Self.stored(1)] }
            $0.connectionStateRecovery = recovery
            $0.engine.maxBufferedPackets = 8
        }
        let client = try await RecoveringClient(server)
        try await drop(client, server)
        for number in 0..<4 { try server.root.emit("n", number) }
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed.count == 4)
        try await drop(client, server)
        // Attachments are packets, too.
        for _ in 0..<2 {
            try server.root.all.emit(
                "binary", jsonArguments: [ByteBuffer(string: #"{"_placeholder":true,"num":0}"#)],
                attachments: [ByteBuffer(bytes: [7])])
        }
        try server.root.emit("n", 4)
        try await client.comeBack()
        #expect(!client.isRecovered && client.replayed.isEmpty)
        #expect(try await client.next() == #"42["stored",1]"#)
        try await server.close()
    }

    @Test func whoseFillingIsTooMuchIsAskedAboutAsIfNothingWereKnown() async throws {
        let offsets = Mailbox<Bool>()
        let server = try await TestServer {
            var recovery = ConnectionStateRecovery()
            recovery.backfill = { _, gap in
                offsets.put(gap.offset != nil)
                return gap.offset == nil ? [Self.stored(0)] : (1...5).map(Self.stored)
            }
            $0.connectionStateRecovery = recovery
            $0.engine.maxBufferedPackets = 8
        }
        let client = try await RecoveringClient(server)
        try server.root.emit("seen")
        #expect(try await client.next() == #"42["seen"]"#)
        try await drop(client, server)
        for number in 0..<5 { try server.root.emit("n", number) }
        try await client.comeBack()
        #expect(!client.isRecovered)
        try server.root.emit("end")
        #expect(try await client.next() == #"42["stored",0]"#)
        #expect(try await client.next() == #"42["end"]"#)
        #expect(try await offsets.next())
        #expect(try await offsets.next() == false)
        try await server.close()
    }
}
