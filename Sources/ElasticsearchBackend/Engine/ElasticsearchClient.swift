import Foundation
import Logging
import MsgKit
import WirePeek

/// Calls of the engine's REST API, within a deadline.
///
/// All of them may be repeated without harm: what is written carries a version, or says which state it follows.
struct ElasticsearchClient: Sendable {
    let transport: HTTPTransport
    /// What people set the engine's address by, for complaints about it.
    let addressName: String
    /// Tells when the engine can't be used, and when it can again.
    let outage: OutageLog
    let peeks = PeekMemory()

    init(transport: HTTPTransport, addressName: String = ElasticsearchOptions().urlName, logger: Logger) {
        self.transport = transport
        self.addressName = addressName
        var logger = logger
        logger[metadataKey: "address"] = "\(transport.engine.label)"
        outage = OutageLog(
            failing: "Elasticsearch can't be used; it is tried again whenever it is needed",
            working: "Elasticsearch is back", logger: logger)
    }

    /// - Throws: ``ElasticsearchFault`` with a status of 400, 404 or 409; ``ErrorCode/unavailable`` when the engine does
    ///   not answer in time, is overloaded all that time, or lets nobody in; ``ErrorCode/serverBusy``.
    func call(_ request: HTTPRequest, until deadline: ContinuousClock.Instant) async throws -> HTTPAnswer {
        var backoff = Backoff(from: .milliseconds(50), to: .seconds(2))
        while true {
            let answer = try await send(request, until: deadline)
            if answer.isSuccess { return answer }
            let fault = ElasticsearchFault(answer)
            switch fault.status {
            case 400 where !fault.type.isEmpty, 404 where !fault.type.isEmpty, 409: throw fault
            case _ where fault.isOverload:
                let pause = backoff.next()
                guard .now + pause < deadline else { throw Self.unavailable(fault) }
                try await Task.sleep(for: pause)
            default: throw Self.unavailable(fault)
            }
        }
    }

    func call(
        _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil,
        until deadline: ContinuousClock.Instant
    ) async throws -> HTTPAnswer {
        let bytes = try body.map { try Array(JSONEncoder().encode($0)) }
        return try await call(HTTPRequest(method: method, target: target, body: bytes), until: deadline)
    }

    /// The answer to a call, read.
    func call<Answer: Decodable>(
        _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil, as type: Answer.Type = Answer.self,
        until deadline: ContinuousClock.Instant
    ) async throws -> Answer {
        try Self.read(try await call(method, target, body, until: deadline))
    }

    static func read<Answer: Decodable>(_ answer: HTTPAnswer) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(answer.body))
        } catch {
            // What the decoder says of it names types of this program.
            throw unavailable(TransportError.unreadable(status: answer.status))
        }
    }

    static func unavailable(_ cause: any Error) -> MsgError {
        MsgError(.unavailable, "The search engine does not do its work at the moment; try again later.", cause: cause)
    }

    private func send(_ request: HTTPRequest, until deadline: ContinuousClock.Instant) async throws -> HTTPAnswer {
        do {
            return try await transport.send(request, until: deadline)
        } catch let error as TransportError {
            throw MsgError(.unavailable, "The search engine does not answer; try again later.", cause: error)
        }
    }
}
