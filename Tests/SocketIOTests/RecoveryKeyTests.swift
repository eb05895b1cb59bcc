import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

struct RecoveryKeyTests {
    @Test func whatOneClientWasFilledInWithWasNotSentToOthers() async throws {
        let gaps = Mailbox<RecoveryGap>()
        let server = try await TestServer {
            var recovery = ConnectionStateRecovery()
            recovery.backfill = { _, gap in
                gaps.put(gap)
                return [ReplayedEvent(name: "stored", arguments: [ByteBuffer(string: "1")], key: "m9")]
            }
            $0.connectionStateRecovery = recovery
        }
        let (ada, bob) = (try await RecoveringClient(server), try await RecoveringClient(server))
        func leaveAndComeBack(_ client: RecoveringClient) async throws -> RecoveryGap {
            let count = server.io.socketCount
            client.send("41")
            while server.io.socketCount == count { await Task.yield() }
            try await client.comeBack()
            return try await gaps.next()
        }
        _ = try await leaveAndComeBack(ada)
        #expect(try await ada.next() == #"42["stored",1]"#)
        #expect(ada.offset?.hasSuffix(".m9") == true)
        try server.root.emit("live")
        #expect(try await bob.next() == #"42["live"]"#)
        #expect(bob.offset?.hasSuffix(".m9") == false)
        #expect(try await leaveAndComeBack(bob).wasSent(key: "m9") == nil)
        try await server.close()
    }
}
