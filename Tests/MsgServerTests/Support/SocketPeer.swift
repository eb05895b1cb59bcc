import EngineIO
import HTTPTypes
import Logging
import MsgTestKit
import NIOCore
import NIOPosix
import SocketIO

/// A Socket.IO server without a port, and a client that polls it.
final class SocketPeer: Sendable {
    struct Refused: Error {
        let body: String
    }

    private let engine: EngineIOServer
    private let session: String
    /// The id of its socket.
    let id: String

    static func server() -> SocketIOServer {
        SocketIOServer(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A client whose socket is connected to `/` and in these rooms.
    /// - Parameter forwardedProtocol: what a proxy says that it came by.
    init(_ server: SocketIOServer, rooms: [String] = [], forwardedProtocol: String? = nil) async throws {
        engine = server.engine
        let opening = try await Self.ask(engine, .get, session: "", forwardedProtocol: forwardedProtocol)
        session = String(opening.dropFirst(9).prefix(20))
        _ = try await Self.ask(engine, .post, session: session, body: "40")
        let answer = try await Self.ask(engine, .get, session: session)
        id = String(answer.dropFirst(10).prefix(20))
        guard answer.hasPrefix(#"40{"sid":""#), let socket = await server.of("/").socket(id: id) else {
            throw Refused(body: answer)
        }
        await socket.join(rooms)
    }

    /// What the server has sent, or sends next.
    func poll() async throws -> String { try await Self.ask(engine, .get, session: session) }

    /// Sends a packet.
    func post(_ packet: String) async throws {
        _ = try await Self.ask(engine, .post, session: session, body: packet)
    }

    private static func ask(
        _ engine: EngineIOServer, _ method: HTTPRequest.Method, session: String, body: String? = nil,
        forwardedProtocol: String? = nil
    ) async throws -> String {
        let sid = session.isEmpty ? "" : "&sid=\(session)"
        var request = HTTPRequest(
            method: method, scheme: "http", authority: "localhost", path: "/socket.io/?EIO=4&transport=polling\(sid)")
        if let forwardedProtocol, let name = HTTPField.Name("X-Forwarded-Proto") {
            request.headerFields[name] = forwardedProtocol
        }
        let answer = await engine.respond(to: request, body: body.map { ByteBuffer(string: $0) }, remoteAddress: nil)
        let text = String(buffer: answer.body)
        guard answer.head.status == .ok else { throw Refused(body: text) }
        return text
    }
}
