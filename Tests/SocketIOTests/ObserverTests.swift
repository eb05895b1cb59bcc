import EngineIO
import NIOCore
import NIOPosix
import SocketTestKit
import Synchronization
import Testing

@testable import SocketIO

struct ObserverTests {
    private final class Notes: SocketIOObserver, EngineIOObserver {
        let delivered = Mutex<[String: (recipients: Int, calls: Int)]>([:])
        let opened = Atomic(0)

        func delivered(_ event: String, to recipients: Int) {
            delivered.withLock { delivered in
                let known = delivered[event] ?? (0, 0)
                delivered[event] = (known.recipients + recipients, known.calls + 1)
            }
        }
        func sessionOpened(_ transport: EngineIOTransport) { opened.add(1, ordering: .relaxed) }
        func sessionUpgraded() {}
        func volatileDropped() {}
        func clientOverflowed() {}
    }

    @Test func deliveriesAreToldOnceForEachLoop() async throws {
        let notes = Notes()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await TestServer(group: group) {
            $0.observer = notes
            $0.engine.observer = notes
        }
        var clients: [TestClient] = []
        for _ in 0..<6 { clients.append(try await server.connect().client) }
        try server.root.emit("all")
        try server.root.to("nobody").emit("none")
        try server.root.emit("end")
        for client in clients {
            #expect(try await client.next() == #"42["all"]"#)
            #expect(try await client.next() == #"42["end"]"#)
        }
        try await server.close()
        try await group.shutdownGracefully()
        let told = notes.delivered.withLock { $0 }
        #expect(told["all"]?.recipients == 6)
        #expect(told["all"]?.calls == 2)
        #expect(told["none"] == nil)
        #expect(notes.opened.load(ordering: .relaxed) == 6)
    }
}
