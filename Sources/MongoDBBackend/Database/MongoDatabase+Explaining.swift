import MsgKit

extension MongoDatabase {
    /// Runs a body; what it throws says where it happened and why, for whoever runs the program.
    func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as MsgError {
            throw explained(error)
        }
    }

    /// An error with the servers' names, and with what has to be set right where it is not the servers being away.
    private func explained(_ error: MsgError) -> MsgError {
        guard error.detail == nil else { return error }
        var error = error
        let place = "MongoDB at \(uri.hosts)/\(uri.database)"
        guard let failure = error.cause as? MongoFailure else {
            if error.code == .unavailable { error.detail = "\(error.message) It is \(place)." }
            return error
        }
        let reason = failure.message.hasSuffix(".") ? failure.message : failure.message + "."
        error.detail = "\(place): \(reason)"
        guard let remedy = failure.refusal?.remedy(options.urlName) else { return error }
        error.code = .configuration
        error.message = "The database does not let this program do its work."
        error.detail = "\(place): \(reason) \(remedy)"
        return error
    }
}

extension MongoFailure.Refusal {
    fileprivate func remedy(_ url: String) -> String {
        switch self {
        case .login: "Check user, password, authSource and authMechanism in \(url)."
        case .rights: "Give the user of \(url) the role readWrite on the database, or name another user."
        }
    }
}
