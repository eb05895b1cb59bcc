import MsgKit
import MsgTestKit
import SocketIO
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct SocketRoomsTests {
    private let server = SocketPeer.server()

    private func emit(_ text: String, to rooms: [String], except: [String] = []) async {
        let emission = RoomEmission(
            event: "said", payload: #"{"text":"\#(text)"}"#, rooms: rooms.map { Room(rawValue: $0) },
            except: except.map { Room(rawValue: $0) })
        await SocketRooms(server).perform(.emit(emission))
    }

    @Test func anEventReachesItsRoomsOnceAndNotTheExcepted() async throws {
        let one = try await SocketPeer(server, rooms: ["a", "b"])
        let other = try await SocketPeer(server, rooms: ["b", "quiet"])
        await emit("first", to: ["a", "b"], except: ["quiet"])
        await emit("last", to: ["b"])
        #expect(try await one.poll() == "42[\"said\",{\"text\":\"first\"}]\u{1e}42[\"said\",{\"text\":\"last\"}]")
        #expect(try await other.poll() == #"42["said",{"text":"last"}]"#)
    }

    /// To Socket.IO no room means everybody.
    @Test func anEventWithoutRoomsReachesNobody() async throws {
        let peer = try await SocketPeer(server, rooms: ["a"])
        await emit("nobody", to: [])
        await emit("nobody", to: [], except: ["b"])
        await emit("somebody", to: ["a"])
        #expect(try await peer.poll() == #"42["said",{"text":"somebody"}]"#)
    }

    @Test func commandsWithoutMembersMeanNobody() async throws {
        let peer = try await SocketPeer(server, rooms: ["a"])
        let rooms = SocketRooms(server)
        await rooms.perform(.join(members: [], rooms: [Room(rawValue: "x")]))
        await rooms.perform(.leave(members: [], rooms: [Room(rawValue: "a")]))
        await rooms.perform(.disconnect(members: []))
        await emit("x", to: ["x"])
        await emit("a", to: ["a"])
        #expect(try await peer.poll() == #"42["said",{"text":"a"}]"#)
        #expect(server.socketCount == 1)
    }

    @Test func membersJoinAndLeave() async throws {
        let peer = try await SocketPeer(server, rooms: ["user:1"])
        let rooms = SocketRooms(server)
        await rooms.perform(.join(members: [Room(rawValue: "user:1")], rooms: [Room(rawValue: "c")]))
        await emit("in", to: ["c"])
        await rooms.perform(.leave(members: [Room(rawValue: "user:1")], rooms: [Room(rawValue: "c")]))
        await emit("out", to: ["c"])
        await emit("end", to: ["user:1"])
        #expect(try await peer.poll() == "42[\"said\",{\"text\":\"in\"}]\u{1e}42[\"said\",{\"text\":\"end\"}]")
    }

    @Test func aDisconnectClosesTheConnection() async throws {
        let gone = Journal<String>()
        server.of("/").onDisconnect { socket, _ in gone.note(socket.id) }
        let peer = try await SocketPeer(server, rooms: ["session:1"])
        let other = try await SocketPeer(server, rooms: ["session:2"])
        await SocketRooms(server).perform(.disconnect(members: [.init(rawValue: "session:1")]))
        #expect(try await gone.wait(for: 1) == [peer.id])
        await emit("still here", to: ["session:2"])
        #expect(try await other.poll().contains("still here"))
    }
}
