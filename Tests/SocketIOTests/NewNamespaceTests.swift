import EngineIO
import SocketTestKit
import Synchronization
import Testing

@testable import SocketIO

struct NewNamespaceTests {
    @Test func eachNamespaceIsToldOfOnce() async throws {
        let server = try await TestServer()
        let io = server.io
        _ = io.of("/earlier")
        let names = Mailbox<String>()
        io.onNewNamespace { names.put($0.name) }
        _ = io.of("/")
        _ = io.of("/earlier")
        let made = io.of("/made")
        #expect(io.of("made") === made)
        let parent = io.of(matching: { name, _ in name.hasPrefix("/room-") })
        parent.onNewNamespace { names.put("parent's \($0.name)") }
        let client = try await server.open()
        client.send("40/room-1,")
        #expect(try await client.next().hasPrefix("40/room-1,"))
        client.send("40/made,")
        #expect(try await client.next().hasPrefix("40/made,"))
        for name in ["/made", "parent's /room-1", "/room-1"] { #expect(try await names.next() == name) }
        #expect(names.count == 0)
        try await server.close()
    }

    @Test(arguments: ["/made", "/room-1"])
    func whatItRegistersHoldsForTheFirstClient(name: String) async throws {
        let server = try await TestServer()
        server.io.onNewNamespace { $0.use { _ in throw ConnectError(message: "no") } }
        _ = server.io.of("/made")
        _ = server.io.of(matching: { name, _ in name.hasPrefix("/room-") })
        let client = try await server.open()
        client.send("40\(name),")
        #expect(try await client.next() == #"44\#(name),{"message":"no"}"#)
        try await server.close()
    }

    /// Clients connect to those that `allNamespaces` has.
    @Test func noClientCanConnectBeforeItIsDone() async throws {
        let server = try await TestServer()
        let io = server.io
        let open = Mailbox<[String]>()
        io.onNewNamespace { _ in open.put(io.allNamespaces.map(\.name)) }
        _ = io.of("/made")
        #expect(try await open.next() == ["/"])
        #expect(Set(io.allNamespaces.map(\.name)) == ["/", "/made"])
        try await server.close()
    }

    @Test func itMayAskForTheNamespaceByItsName() async throws {
        let server = try await TestServer()
        let io = server.io
        let same = Mailbox<Bool>()
        io.onNewNamespace { namespace in
            same.put(io.of(namespace.name) === namespace)
            if namespace.name == "/one" { _ = io.of("/two") }
        }
        let one = io.of("/one")
        #expect(try await same.next())
        #expect(try await same.next())
        #expect(same.count == 0)
        #expect(Set(io.allNamespaces.map(\.name)) == ["/", "/one", "/two"] && io.of("/one") === one)
        try await server.close()
    }

    /// Several that want the same name at once get the same, and it is told of once.
    @Test func aNameIsMadeOnce() async throws {
        let server = try await TestServer()
        let io = server.io
        let count = Atomic(0)
        io.onNewNamespace { _ in count.add(1, ordering: .relaxed) }
        let ids = await withTaskGroup(of: ObjectIdentifier.self) { group in
            for _ in 0..<16 { group.addTask { ObjectIdentifier(io.of("/made")) } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1 && count.load(ordering: .relaxed) == 1)
        try await server.close()
    }
}
