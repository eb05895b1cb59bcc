import EngineIO
import HTTPTypes
import Logging
import NIOCore
import SocketTestKit
import Testing

/// A server with a recording application, and short ways to ask it.
final class TestEngine: Sendable {
    let server: EngineIOServer
    let records = Mailbox<Record>()
    let sessions = Mailbox<EngineIOSession>()

    init(group: any EventLoopGroup, _ configure: (inout EngineIOConfiguration) -> Void = { _ in }) {
        var configuration = EngineIOConfiguration()
        configure(&configuration)
        server = EngineIOServer(
            configuration: configuration, eventLoopGroup: group, logger: Logger(label: "test")
        ) { [records, sessions] session in
            sessions.put(session)
            return RecordingHandler(records: records)
        }
    }

    func send(
        _ method: HTTPRequest.Method, _ query: String, body: String? = nil, headers: HTTPFields = [:]
    ) async -> (status: Int, body: String, headers: HTTPFields) {
        let request = HTTPRequest(
            method: method, scheme: "http", authority: "localhost:80", path: "/socket.io/?\(query)",
            headerFields: headers)
        let response = await server.respond(
            to: request, body: body.map { ByteBuffer(string: $0) }, remoteAddress: nil)
        return (response.head.status.code, String(buffer: response.body), response.head.headerFields)
    }

    /// Opens a polling session.
    func open() async throws -> (id: String, session: EngineIOSession) {
        let answer = await send(.get, "EIO=4&transport=polling")
        #expect(answer.status == 200)
        #expect(try await records.next() == .opened)
        let session = try await sessions.next()
        return (session.id, session)
    }

    func poll(_ id: String) async -> (status: Int, body: String) {
        let answer = await send(.get, "EIO=4&transport=polling&sid=\(id)")
        return (answer.status, answer.body)
    }

    func post(_ id: String, _ body: String) async -> (status: Int, body: String) {
        let answer = await send(.post, "EIO=4&transport=polling&sid=\(id)", body: body)
        return (answer.status, answer.body)
    }
}

extension EngineIOSession {
    func send(_ text: String) { send(EngineIOOutgoing(text: ByteBuffer(string: text))) }
}
