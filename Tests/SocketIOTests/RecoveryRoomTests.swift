import SocketTestKit
import Testing

@testable import SocketIO

struct RecoveryRoomTests {
    private func server(_ rooms: ConnectionStateRecovery.Rooms) async throws -> TestServer {
        try await TestServer {
            var recovery = ConnectionStateRecovery()
            recovery.rooms = rooms
            $0.connectionStateRecovery = recovery
        }
    }

    @Test func whoLeftARoomAfterItsLastEventIsNotRecovered() async throws {
        let server = try await server(.restored)
        let client = try await RecoveringClient(server)
        let socket = try #require(await server.root.socket(id: client.id))
        await socket.join("room")
        // Sent into the half-open connection, which nobody reads.
        try server.root.to("room").emit("lost on the way")
        await socket.leave("room")
        try await client.comeBack()
        #expect(!client.isRecovered && client.replayed.isEmpty)
        try await server.close()
    }

    @Test func whoHadAnEventAfterLeavingIsRecovered() async throws {
        let server = try await server(.restored)
        let client = try await RecoveringClient(server)
        let socket = try #require(await server.root.socket(id: client.id))
        await socket.join("room")
        try server.root.to("room").emit("seen")
        await socket.leave("room")
        #expect(try await client.next() == #"42["seen"]"#)
        for number in 0..<2 {
            try server.root.emit("missed", number)
            try await client.comeBack()
            #expect(client.isRecovered && client.replayed == [#"42["missed",\#(number)]"#])
        }
        try await server.close()
    }

    @Test func leavingChangesNothingWhereOnlyCurrentRoomsCount() async throws {
        let server = try await server(.current)
        let client = try await RecoveringClient(server)
        let socket = try #require(await server.root.socket(id: client.id))
        await socket.join("room")
        try server.root.emit("missed")
        await socket.leave("room")
        try await client.comeBack()
        #expect(client.isRecovered && client.replayed == [#"42["missed"]"#])
        try await server.close()
    }
}
