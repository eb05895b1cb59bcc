import MsgKit

extension ElasticsearchClient {
    /// What a role does. Errors of the engine that nothing in it expects are as if the engine were away, and all say
    /// where it is and why, for whoever runs the program.
    func refusingFaults<Result: Sendable>(_ role: () async throws -> Result) async throws -> Result {
        do {
            return try await role()
        } catch let fault as ElasticsearchFault {
            throw explained(Self.unavailable(fault))
        } catch let error as MsgError {
            throw explained(error)
        }
    }

    private func explained(_ error: MsgError) -> MsgError {
        guard error.detail == nil, let cause = error.cause else { return error }
        var error = error
        error.detail = "Elasticsearch at \(transport.engine.label): \(cause)."
        guard let fault = cause as? ElasticsearchFault else { return error }
        if fault.isRefusal {
            let remedy =
                fault.status == 401
                ? "Check user and password in \(addressName)."
                : "The user of \(addressName) needs all rights on the indexes of msgctl's prefix."
            error.code = .configuration
            error.message = "The search engine does not let this program do its work."
            error.detail = "Elasticsearch at \(transport.engine.label): \(fault). \(remedy)"
        } else if fault.type == ElasticsearchFault.misplacedIndex {
            error.code = .configuration
            error.message = "An index that is not the search's own is in its place."
            error.detail = "Elasticsearch at \(transport.engine.label): \(fault.reason)"
        }
        return error
    }
}
