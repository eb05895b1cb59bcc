import MsgKit
import WirePeek

extension ElasticsearchClient {
    /// What a role does. Errors of the engine that nothing in it expects are as if the engine were away, and all say
    /// where it is and why, for whoever runs the program.
    func refusingFaults<Result: Sendable>(_ role: () async throws -> Result) async throws -> Result {
        let begin = ContinuousClock.now
        do {
            let result = try await role()
            outage.worked()
            return result
        } catch let fault as ElasticsearchFault {
            throw await told(Self.unavailable(fault), begunAt: begin)
        } catch let error as MsgError {
            throw await told(error, begunAt: begin)
        }
    }

    /// An error with its explanation; one that keeps everybody from the engine is logged, once for all.
    private func told(_ error: MsgError, begunAt begin: ContinuousClock.Instant) async -> MsgError {
        let error = await explained(error)
        if error.code == .unavailable || error.code == .configuration { outage.failed(error, begunAt: begin) }
        return error
    }

    private func explained(_ error: MsgError) async -> MsgError {
        guard error.detail == nil, let cause = error.cause else { return error }
        let place = "Elasticsearch at \(transport.engine.label)"
        if let reason = await misplacement(cause) {
            return Self.misconfigured(
                "The search engine can't be used as the service is set up; its operator has to mend that.",
                "\(addressName): \(place) \(reason).", cause)
        }
        guard let fault = cause as? ElasticsearchFault else {
            return Self.detailed(error, "\(place): \(cause).")
        }
        if fault.isRefusal {
            let remedy =
                fault.status == 401
                ? "Check user and password in \(addressName)."
                : "The user of \(addressName) needs all rights on the indexes of msgctl's prefix."
            return Self.misconfigured(
                "The search engine does not let this program do its work.", "\(place): \(fault). \(remedy)", cause)
        }
        if fault.type == ElasticsearchFault.misplacedIndex {
            return Self.misconfigured(
                "An index that is not the search's own is in its place.", "\(place): \(fault.reason)", cause)
        }
        return Self.detailed(error, "\(place): \(cause).")
    }

    /// What shows that the server is another one than the address says, as a clause about it; nil when nothing does.
    private func misplacement(_ cause: any Error) async -> String? {
        guard let failure = cause as? TransportError else { return nil }
        if failure.isOfTrust {
            return "shows a certificate that is not trusted for its name; correct the host, or add the certificate's "
                + "authority to those that this machine trusts"
        }
        guard failure.isUnexplained else { return nil }
        let engine = transport.engine
        guard let spoken = await peeks.spoken(host: engine.host, port: engine.port) else { return nil }
        switch spoken {
        case .tls: return engine.isTLS ? nil : "speaks TLS; write https:// in place of http://"
        case .http:
            return engine.isTLS ? "does not speak TLS; write http:// in place of https://, or correct the port" : nil
        case .amqp, .mongoDB, .redis:
            return "is no search engine: what answers there is \(spoken.description); correct host and port"
        }
    }

    private static func detailed(_ error: MsgError, _ detail: String) -> MsgError {
        var error = error
        error.detail = detail
        return error
    }

    private static func misconfigured(_ message: String, _ detail: String, _ cause: any Error) -> MsgError {
        MsgError(.configuration, message, detail: detail, cause: cause)
    }
}
