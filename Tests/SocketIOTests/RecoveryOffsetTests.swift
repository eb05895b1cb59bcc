import EngineIO
import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

/// What a client says of how far it got, and what is made of it.
struct RecoveryOffsetTests {
    private func server(_ gaps: Mailbox<RecoveryGap>? = nil) async throws -> TestServer {
        var recovery = ConnectionStateRecovery()
        if let gaps {
            recovery.backfill = { _, gap in
                gaps.put(gap)
                return []
            }
        }
        return try await TestServer { [recovery] in $0.connectionStateRecovery = recovery }
    }

    /// Drops the connection and waits until the server knows.
    private func drop(_ client: RecoveringClient, _ server: TestServer) async throws {
        let id = client.id
        try await client.drop()
        while await server.root.socket(id: id) != nil { await Task.yield() }
    }

    /// A client that has had one event and missed another comes back with this offset.
    private func answer(toOffset offset: String, of server: TestServer) async throws -> (answer: String, first: String)
    {
        let client = try await RecoveringClient(server)
        try server.root.emit("seen", 1)
        #expect(try await client.next() == #"42["seen",1]"#)
        try await drop(client, server)
        try server.root.emit("missed", 2)
        let back = try await server.open()
        back.send(#"40{"pid":"\#(client.pid)","offset":\#(offset)}"#)
        return (try await back.next(), client.id)
    }

    @Test(arguments: [
        #""zzzzzzzz.zz.zz""#, #""a string of the application""#, #""""#, #""a.b.c.d.e""#, "5", "{}",
        "\"\(String(repeating: "x", count: 129))\"",
    ])
    func whoseOffsetSaysNothingIsNotRecovered(offset: String) async throws {
        let gaps = Mailbox<RecoveryGap>()
        let server = try await server(gaps)
        let (answer, first) = try await answer(toOffset: offset, of: server)
        // Otherwise what it has had comes again.
        #expect(answer.hasPrefix(#"40{"sid":""#) && !answer.contains(first))
        // The application is asked for what is missing, and told what it can believe.
        #expect(try await gaps.next().offset?.epoch == (offset.contains("zz.zz") ? "zzzzzzzz" : nil))
        try await server.close()
    }

    @Test(arguments: ["a", "zzzzzzzzzzzz"])
    func noOffsetIsBehindTheLastEvent(sequence: String) async throws {
        let gaps = Mailbox<RecoveryGap>()
        let server = try await server(gaps)
        let epoch = try #require(server.root.recovery).epoch
        let (answer, first) = try await answer(toOffset: #""\#(epoch).\#(sequence).1""#, of: server)
        #expect(answer.hasPrefix(#"40{"sid":""#) && !answer.contains(first))
        #expect(try await gaps.next().offset == nil)
        try await server.close()
    }

    @Test func anOffsetFromBeforeTheSessionIsNotItsOwn() async throws {
        let server = try await server()
        try await withObserver(of: server) {
            for _ in 0..<3 { try server.root.emit("earlier") }
        }
        let epoch = try #require(server.root.recovery).epoch
        let (answer, first) = try await answer(toOffset: #""\#(epoch).1.1""#, of: server)
        #expect(answer.hasPrefix(#"40{"sid":""#) && !answer.contains(first))
        try await server.close()
    }

    /// Whoever has had an event elsewhere, and none here, still comes with the offset from there.
    @Test(arguments: [#""zzzzzzzz.zz.zz""#, #""1526919030474-55""#])
    func theOffsetThatASessionBeganWithSaysThatNothingArrived(offset: String) async throws {
        let server = try await server()
        let client = try await server.open()
        client.send(#"40{"pid":"of-another-server","offset":\#(offset)}"#)
        var (id, pid) = try ids(try await client.next())
        let first = (id, pid)
        try await client.close()
        while server.io.socketCount > 0 { await Task.yield() }
        try server.root.emit("missed")
        for _ in 0..<2 {
            let back = try await server.open()
            back.send(#"40{"pid":"\#(pid)","offset":\#(offset)}"#)
            #expect(try await back.next().hasPrefix(#"42["missed","#))
            (id, pid) = try ids(try await back.next())
            #expect((id, pid) == first)
            try await back.close()
            while server.io.socketCount > 0 { await Task.yield() }
        }
        try await server.close()
    }

    @Test func aRefusedOffsetStaysTheClientsOwn() async throws {
        let server = try await server()
        let (answer, _) = try await answer(toOffset: #""zzzzzzzz.zz.zz""#, of: server)
        let (id, pid) = try ids(answer)
        await disconnectAll(server)
        try server.root.emit("missed", 3)
        let back = try await server.open()
        back.send(#"40{"pid":"\#(pid)","offset":"zzzzzzzz.zz.zz"}"#)
        #expect(try await back.next().hasPrefix(#"42["missed",3"#))
        #expect(try ids(try await back.next()) == (id, pid))
        try await server.close()
    }

    /// As if the network had gone.
    private func disconnectAll(_ server: TestServer) async {
        for socket in await server.root.all.fetchSockets() {
            socket.eventLoop.execute { socket.connection.supersede() }
        }
        while server.io.socketCount > 0 { await Task.yield() }
    }

    private func withObserver(of server: TestServer, _ body: () throws -> Void) async throws {
        let observer = try await RecoveringClient(server)
        try body()
        try await drop(observer, server)
    }

    private func ids(_ connect: String) throws -> (id: String, pid: String) {
        let parts = connect.split(separator: "\"")
        try #require(parts.count >= 8 && parts[1] == "sid" && parts[5] == "pid", "\(connect)")
        return (String(parts[3]), String(parts[7]))
    }
}
