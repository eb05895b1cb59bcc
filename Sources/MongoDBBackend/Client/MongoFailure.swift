import CMongoC
import Foundation
import MsgKit

/// What the library or a server reported, for the log.
struct MongoFailure: Error, CustomDebugStringConvertible {
    /// A key that has to be unique is there already.
    static let duplicateKey = 11000

    /// The library's, in ``CMongoC/mongoc_error_domain_t``.
    var domain: UInt32
    var code: Int
    var message: String

    init(domain: UInt32, code: Int, message: String) {
        self.domain = domain
        self.code = code
        // A server that refuses a command quotes it, with what it was to store.
        let quoted = message.range(of: "to execute command")?.upperBound ?? message.endIndex
        self.message = String(message[..<quoted].prefix(300))
    }

    init(_ error: bson_error_t) {
        let message = withUnsafeBytes(of: error.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        self.init(domain: error.domain, code: Int(error.code), message: message)
    }

    var isDuplicateKey: Bool { isServers && code == Self.duplicateKey }

    private var isServers: Bool { domain == MONGOC_ERROR_SERVER.rawValue }

    /// What the servers let nobody do who comes like this, however often it is tried.
    enum Refusal {
        case login
        case rights
        /// What the URL wants of a write is what these servers never confirm.
        case writeConcern
    }

    /// Why the servers refuse this program; nil when they don't.
    var refusal: Refusal? {
        switch mongoc_error_domain_t(domain) {
        case MONGOC_ERROR_SASL, MONGOC_ERROR_SCRAM: .login
        case MONGOC_ERROR_CLIENT where code == Int(MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue): .login
        // A server that has refused somebody counts as lost to the library, which then finds none.
        case MONGOC_ERROR_SERVER_SELECTION where message.contains("uthentication"): .login
        case MONGOC_ERROR_SERVER where Self.logins.contains(code): .login
        case MONGOC_ERROR_SERVER where code == Self.unauthorized: .rights
        case MONGOC_ERROR_SERVER where Self.concerns.contains(code): .writeConcern
        case MONGOC_ERROR_WRITE_CONCERN where Self.concerns.contains(code): .writeConcern
        default: nil
        }
    }

    /// The server's codes for: a wrong name or password, a mechanism that it does not have.
    private static let logins: Set<Int> = [18, 334]
    private static let unauthorized = 13
    /// The servers' codes for: a mode that the set does not have, more members than there are in it.
    private static let concerns: Set<Int> = [79, 100]

    /// The same as a matter of the write concern: a server that is in no set has no code of its own for that.
    var asConcern: MongoFailure {
        MongoFailure(domain: MONGOC_ERROR_WRITE_CONCERN.rawValue, code: 79, message: message)
    }

    /// Whether the servers made a write but did not confirm it as they were asked to.
    var isUnconfirmed: Bool { domain == MONGOC_ERROR_WRITE_CONCERN.rawValue }
    /// Whether it is of the call as it was written.
    var isBadValue: Bool { isServers && code == 2 }

    /// Whether no server was there that could be asked.
    var foundNoServer: Bool { domain == MONGOC_ERROR_SERVER_SELECTION.rawValue }

    /// Whether that is because of certificates that are not believed; the library tells it as words alone.
    var isOfTrust: Bool { foundNoServer && message.contains("certificate verify failed") }

    /// Whether every call meets it that is made now.
    var isOfAll: Bool { foundNoServer || refusal != nil }

    /// Whether the servers, or the way to them, are at fault and not the call.
    var isUnavailability: Bool {
        switch mongoc_error_domain_t(domain) {
        case MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_STREAM, MONGOC_ERROR_CLIENT, MONGOC_ERROR_SASL,
            MONGOC_ERROR_SCRAM, MONGOC_ERROR_WRITE_CONCERN, MONGOC_ERROR_POOL, MONGOC_ERROR_PROTOCOL:
            true
        case MONGOC_ERROR_SERVER: Self.unavailability.contains(code)
        default: false
        }
    }

    /// The server's codes for: unreachable hosts, elections and shutdowns, limits of time, interruptions, write concerns
    /// that can't be met, missing rights, a full disk.
    private static let unavailability: Set<Int> = [
        6, 7, 13, 18, 24, 43, 50, 63, 64, 79, 89, 91, 100, 112, 133, 134, 149, 150, 189, 202, 234, 237, 262, 317, 334,
        391, 402, 461, 462, 9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436, 14031,
    ]

    var debugDescription: String { "MongoDB \(domain)/\(code): \(message)" }
}

extension MsgError {
    /// What MongoDB reported, in words that a client may read; the details are the cause.
    init(_ failure: MongoFailure) {
        if failure.isUnavailability {
            self.init(
                .unavailable, "The database can't be reached or did not confirm; try again later.", cause: failure)
        } else {
            self.init(.internalError, "Something went wrong on the server.", cause: failure)
        }
    }

    /// The deadline of a call has passed.
    static var late: MsgError {
        MsgError(.unavailable, "The database did not answer in time; try again later.")
    }

    static var closed: MsgError { MsgError(.unavailable, "The storage is closed.") }

    static var busy: MsgError {
        MsgError(.serverBusy, "Too many calls wait for the database; try again in a moment.")
    }
}
