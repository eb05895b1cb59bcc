import CMongoC
import MsgKit
import WirePeek

extension MongoDatabase {
    /// Runs a body; what it throws says where it happened and why, for whoever runs the program. What keeps everybody from
    /// the servers is logged, once for all.
    func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
        let begin = ContinuousClock.now
        do {
            let value = try await body()
            outage.worked()
            return value
        } catch let error as MsgError {
            var error = await explained(error)
            if (error.cause as? MongoFailure)?.isOfAll == true {
                outage.failed(error, begunAt: begin)
                error.isTold = true
            }
            throw error
        }
    }

    /// An error with the servers' names, and with what has to be set right where it is not the servers being away.
    private func explained(_ error: MsgError) async -> MsgError {
        guard error.detail == nil else { return error }
        var error = error
        let place = "MongoDB at \(uri.hosts)/\(uri.database)"
        guard let failure = error.cause as? MongoFailure else {
            if error.code == .unavailable { error.detail = "\(error.message) It is \(place)." }
            return error
        }
        let reason = failure.message.hasSuffix(".") ? failure.message : failure.message + "."
        error.detail = "\(place): \(reason)"
        if let remedy = failure.refusal?.remedy(options.urlName) {
            error.code = .configuration
            error.message = "The database does not let this program do its work."
            error.detail = "\(place): \(reason) \(remedy)"
        } else if failure.foundNoServer, let mistake = await mistake(failure) {
            error.code = .configuration
            error.message = "The database can't be used as the service is set up; its operator has to mend that."
            error.detail = "\(options.urlName): MongoDB at \(mistake)."
        }
        return error
    }

    /// What shows that the URL does not fit the servers: which of them, and a clause about it; nil when nothing does.
    private func mistake(_ failure: MongoFailure) async -> String? {
        if failure.isOfTrust {
            return "\(uri.hosts) shows a certificate that is not trusted for its name; correct the host, or tlsCAFile"
        }
        let names = sightings.names
        if let wanted = uri.replicaSet, !names.isEmpty, !names.contains(wanted) {
            let found = names.filter { !$0.isEmpty }.sorted().map { "\"\($0.printable)\"" }.joined(separator: " and ")
            return found.isEmpty
                ? "\(uri.hosts) is in no replica set; leave out replicaSet"
                : "\(uri.hosts) is of the replica set \(found); write that as replicaSet in place of "
                    + "\"\(wanted.printable)\""
        }
        // Servers that have answered speak as the URL says.
        guard names.isEmpty else { return nil }
        for (host, port) in uri.endpoints {
            guard let spoken = await peeks.spoken(host: host, port: port) else { continue }
            let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            switch spoken {
            case .tls: if !uri.isTLS { return "\(place) speaks TLS; add tls=true to the URL" }
            case .mongoDB:
                if uri.isTLS { return "\(place) does not speak TLS; leave out tls=true, or correct the port" }
            case .amqp, .http, .redis:
                return "\(place) is none: what answers there is \(spoken.description); correct host and port"
            }
        }
        return nil
    }
}

extension MongoFailure.Refusal {
    fileprivate func remedy(_ url: String) -> String {
        switch self {
        case .login: "Check user, password, authSource and authMechanism in \(url)."
        case .writeConcern: "Correct w in \(url), or leave it out."
        case .rights: "Give the user of \(url) the role readWrite on the database, or name another user."
        }
    }
}
