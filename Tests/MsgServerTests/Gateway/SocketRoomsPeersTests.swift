import Foundation
import MsgKit
import MsgTestKit
import SocketIO
import Testing

@testable import MsgServer

/// What servers of another make are told of this process's sockets.
@Suite(.timeLimit(.minutes(1)))
struct SocketRoomsPeersTests {
    private let server = SocketPeer.server()
    private var rooms: SocketRooms { SocketRooms(server) }

    private func room(_ name: String) -> MsgKit.Room { MsgKit.Room(rawValue: name) }

    @Test func socketsAreToldByTheirRooms() async throws {
        let one = try await SocketPeer(server, rooms: ["a", "b"])
        let two = try await SocketPeer(server, rooms: ["b"])
        #expect(await rooms.sockets(in: [room("a")], except: []).map(\.id) == [one.id])
        #expect(Set(await rooms.sockets(in: [room("a"), room("b")], except: []).map(\.id)) == [one.id, two.id])
        #expect(await rooms.sockets(in: [.everyone], except: [room("a")]).map(\.id) == [two.id])
        #expect(await rooms.sockets(in: [], except: []) == [])
        let told = try #require(await rooms.sockets(in: [.socket(one.id)], except: []).first)
        #expect(Set(told.rooms) == [.socket(one.id), room("a"), room("b")])
        #expect(await rooms.rooms() == [.socket(one.id), .socket(two.id), room("a"), room("b")])
    }

    @Test func theyLearnWhoseSocketItIsAndNothingThatProvesIt() async throws {
        let peer = try await SocketPeer(server)
        let socket = try #require(await server.of("/").socket(id: peer.id))
        let make = Fixtures()
        let principal = Principal(user: make.user("anna").reference, role: .moderator, session: make.id())
        socket.setData(SocketIdentity(principal: principal, expiresAt: make.start))
        let told = try #require(await rooms.sockets(in: [.everyone], except: []).first)
        let data = try JSONDecoder().decode(JSONValue.self, from: Data(told.data.utf8))
        #expect(
            data
                == .object([
                    "userId": .string(principal.id.description), "username": .string("anna"),
                    "role": .string("moderator"),
                ]))
        guard case .object(let handshake) = try JSONDecoder().decode(JSONValue.self, from: Data(told.handshake.utf8))
        else { throw MsgError(.internalError, "A handshake is an object.") }
        #expect(handshake["auth"] == .object([:]))
        #expect(handshake["query"] == .object(["EIO": .string("4"), "transport": .string("polling")]))
        #expect(
            Set(handshake.keys) == [
                "headers", "time", "address", "xdomain", "secure", "issued", "url", "query", "auth",
            ])
    }

    @Test(arguments: [nil, "http", "http, https"], ["https", "HTTPS", "https, http"])
    func theyLearnWhetherItCameByTLSToAProxy(plain: String?, encrypted: String) async throws {
        for (field, isSecure) in [(plain, false), (encrypted, true)] {
            let server = SocketPeer.server()
            _ = try await SocketPeer(server, forwardedProtocol: field)
            let told = try #require(await SocketRooms(server).sockets(in: [.everyone], except: []).first)
            #expect(told.handshake.contains(#""secure":\#(isSecure)"#), "\(field ?? "none")")
        }
    }

    @Test func anEventIsAskedOfTheSelection() async throws {
        let one = try await SocketPeer(server, rooms: ["a"])
        let other = try await SocketPeer(server, rooms: ["b"])
        let (asked, answers) = (Journal<Int>(), Journal<SocketAnswer>())
        let emission = RoomEmission(event: "how", payload: "1", rooms: [room("a")])
        async let done: Void = rooms.ask(
            emission, timeout: .seconds(20), asked: { asked.note($0) }, answered: { answers.note($0) })
        #expect(try await one.poll() == #"420["how",1]"#)
        try await one.post(#"430[{"ok":true}]"#)
        await done
        #expect(asked.entries == [1])
        #expect(answers.entries == [SocketAnswer(argument: #"{"ok":true}"#)])
        await rooms.ask(
            RoomEmission(event: "how", payload: "1", rooms: []), timeout: .seconds(20), asked: { asked.note($0) },
            answered: { answers.note($0) })
        #expect(asked.entries == [1, 0], "nobody is asked")
        await rooms.perform(.emit(RoomEmission(event: "end", payload: "1", rooms: [.everyone])))
        #expect(try await other.poll() == #"42["end",1]"#)
    }
}
