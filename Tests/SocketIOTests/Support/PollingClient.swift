import EngineIO
import HTTPTypes
import NIOCore

/// A client that asks the engine as an HTTP server would.
struct PollingClient: Sendable {
    struct Refused: Error {
        let body: String
    }

    private let engine: EngineIOServer
    private let id: String

    init(_ engine: EngineIOServer, scheme: String = "http", headers: HTTPFields = [:]) async throws {
        let opening = try await PollingClient(engine: engine, id: "").send(
            .get, scheme: scheme, headers: headers)
        self.init(engine: engine, id: String(opening.dropFirst(9).prefix(20)))
    }

    private init(engine: EngineIOServer, id: String) {
        self.engine = engine
        self.id = id
    }

    func poll() async throws -> String { try await send(.get) }
    func post(_ body: String) async throws -> String { try await send(.post, body: body) }

    private func send(
        _ method: HTTPRequest.Method, body: String? = nil, scheme: String = "http", headers: HTTPFields = [:]
    ) async throws -> String {
        let session = id.isEmpty ? "" : "&sid=\(id)"
        let request = HTTPRequest(
            method: method, scheme: scheme, authority: "localhost",
            path: "/socket.io/?EIO=4&transport=polling\(session)", headerFields: headers)
        let response = await engine.respond(to: request, body: body.map { ByteBuffer(string: $0) }, remoteAddress: nil)
        let text = String(buffer: response.body)
        guard response.head.status == .ok else { throw Refused(body: text) }
        return text
    }
}
