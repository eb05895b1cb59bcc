import Foundation
import MsgKit
import MsgTestKit
import SocketIO
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct TokenExpiryMonitorTests {
    private let server = SocketPeer.server()
    private let gone = Journal<String>()

    private func monitor(_ clock: any WallClock = SystemClock()) -> TokenExpiryMonitor {
        server.of("/").onDisconnect { [gone] socket, _ in gone.note(socket.id) }
        return TokenExpiryMonitor(namespace: server.of("/"), clock: clock)
    }

    /// The events that came, up to one with this text.
    private func events(_ peer: SocketPeer, until text: String) async throws -> [String] {
        var all: [String] = []
        while !all.contains(where: { $0.contains(text) }) {
            all += try await peer.poll().split(separator: "\u{1e}").map(String.init)
        }
        return all
    }

    @Test func aSocketIsWarnedAndThenClosed() async throws {
        let clock = FakeClock()
        let peer = try await SocketPeer(server)
        let monitor = monitor(clock)
        let expiry = clock.now.later(by: .milliseconds(100))
        await monitor.watch(peer.id, until: expiry)
        clock.advance(by: .milliseconds(50))
        #expect(try await peer.poll() == #"42["auth_expiring",{"expiresAt":"\#(expiry.iso8601)"}]"#)
        #expect(gone.entries.isEmpty)
        clock.advance(by: .milliseconds(50))
        #expect(try await gone.wait(for: 1) == [peer.id])
    }

    @Test func anExpiredTokenClosesAtOnceWithoutAWarning() async throws {
        let peer = try await SocketPeer(server)
        let monitor = monitor()
        await monitor.watch(peer.id, until: SystemClock().now.later(by: .seconds(-5)))
        try await gone.wait(for: 1)
    }

    @Test func aNewTokenKeepsTheSocketOpen() async throws {
        let clock = FakeClock()
        let (renewed, other) = (try await SocketPeer(server), try await SocketPeer(server))
        let monitor = monitor(clock)
        let expiry = clock.now.later(by: .milliseconds(100))
        await monitor.watch(renewed.id, until: expiry)
        await monitor.watch(other.id, until: expiry)
        await monitor.watch(renewed.id, until: expiry.later(by: .seconds(900)))
        clock.advance(by: .milliseconds(100))
        #expect(try await gone.wait(for: 1) == [other.id])
        #expect(await server.of("/").socket(id: renewed.id) != nil)
        try server.of("/").to(renewed.id).emit("end")
        #expect(try await events(renewed, until: "end") == [#"42["end"]"#])
    }

    @Test func aSocketThatWentIsForgotten() async throws {
        let clock = FakeClock()
        let (forgotten, other) = (try await SocketPeer(server), try await SocketPeer(server))
        let monitor = monitor(clock)
        for peer in [forgotten, other] { await monitor.watch(peer.id, until: clock.now.later(by: .milliseconds(50))) }
        await monitor.forget(forgotten.id)
        clock.advance(by: .milliseconds(50))
        #expect(try await gone.wait(for: 1) == [other.id])
    }

    /// A client may send the same token again and again.
    @Test func theSameTokenAgainWarnsOnce() async throws {
        let clock = FakeClock()
        let (peer, other) = (try await SocketPeer(server), try await SocketPeer(server))
        let monitor = monitor(clock)
        let expiry = clock.now.later(by: .milliseconds(200))
        for _ in 0..<5 { await monitor.watch(peer.id, until: expiry) }
        await monitor.watch(other.id, until: clock.now.later(by: .milliseconds(160)))
        clock.advance(by: .milliseconds(160))
        // What was due before has been done when the other one is closed.
        #expect(try await gone.wait(for: 1) == [other.id])
        try server.of("/").to(peer.id).emit("end")
        let warning = #"42["auth_expiring",{"expiresAt":"\#(expiry.iso8601)"}]"#
        #expect(try await events(peer, until: "end") == [warning, #"42["end"]"#])
    }
}
