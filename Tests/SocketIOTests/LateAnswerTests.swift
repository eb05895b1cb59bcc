import SocketTestKit
import Testing

@testable import SocketIO

struct LateAnswerTests {
    /// Clients send the answer to a question of a connection that was lost over the next one.
    @Test(arguments: ["/", "/child"]) func aLateAnswerIsNotTakenForAnother(name: String) async throws {
        let server = try await TestServer()
        _ = server.io.of(matching: { name, _ in name == "/child" })
        let prefix = name == "/" ? "" : name + ","
        let client = try await server.open()
        var ids: [String] = []
        for _ in 0..<2 {
            client.send("40\(prefix)")
            let id = try await client.next().drop { $0 != ":" }.dropFirst(2).prefix(20)
            let namespace = try #require(server.io.allNamespaces.first { $0.name == name })
            let socket = try #require(await namespace.socket(id: String(id)))
            let question = Task { try await socket.emitWithAck("q", timeout: .seconds(60)) }
            ids.append(String(try await client.next().dropFirst(2 + prefix.count).prefix { $0 != "[" }))
            client.send("41\(prefix)")
            await #expect(throws: SocketIOError.disconnected) { try await question.value }
            while server.io.socketCount > 0 || server.io.allNamespaces.count > 1 { await Task.yield() }
        }
        #expect(ids == ["0", "1"])
        try await server.close()
    }
}
