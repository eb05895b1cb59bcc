import CMongoC
import MsgKit

/// A parsed connection string with this program's defaults for what it leaves open.
///
/// Unchecked because it holds a pointer: nothing changes what is behind it once `init` is over.
final class MongoURI: @unchecked Sendable {
    let pointer: OpaquePointer
    let database: String
    /// What every write asks for, but for its time limit.
    let writeConcern: BSONDocument
    /// Whether that is more than any server can confirm: a mode that a set defines, or a number of members.
    let isConcernSpecial: Bool
    /// What reads ask for; nil for the server's default.
    let readConcern: String?
    /// Host and port of each server, for people.
    let hosts: String
    let isTLS: Bool
    /// The set that the servers have to be of; nil when the URL does not say.
    let replicaSet: String?

    /// - Parameters:
    ///   - socketTimeout: how long an answer may take, where the URL does not say.
    ///   - isMaintenance: whether the URL has no say in that.
    /// - Throws: ``ErrorCode/configuration``.
    init(_ options: MongoDBOptions, socketTimeout: Duration, isMaintenance: Bool = false) throws {
        var error = bson_error_t()
        let (parsed, complaints) = MongoLibrary.collectingComplaints {
            mongoc_uri_new_with_error(options.url.reveal(), &error)
        }
        do {
            try Self.refuse(complaints, options)
            guard let uri = parsed else { throw Self.unreadable(error, options) }
            try Self.checkMechanism(uri, options)
            try Self.checkFiles(uri)
        } catch {
            if let parsed { mongoc_uri_destroy(parsed) }
            throw error
        }
        guard let uri = parsed else { throw Self.unreadable(error, options) }
        pointer = uri
        do {
            Self.setTimeouts(uri, options, socketTimeout: socketTimeout)
            if isMaintenance {
                mongoc_uri_set_option_as_int32(
                    uri, MONGOC_URI_SOCKETTIMEOUTMS, Int32(clamping: socketTimeout.wholeMilliseconds))
            }
            database = try Self.database(uri, options)
            writeConcern = try Self.writeConcern(uri, options)
            isConcernSpecial = !["majority", 1].contains(writeConcern["w"])
            hosts = Self.hosts(uri)
            isTLS = mongoc_uri_get_tls(uri)
            replicaSet = mongoc_uri_get_replica_set(uri).map { String(cString: $0) }
            let primary = mongoc_read_prefs_new(MONGOC_READ_PRIMARY)
            defer { mongoc_read_prefs_destroy(primary) }
            mongoc_uri_set_read_prefs_t(uri, primary)
            readConcern = try Self.setReadConcern(uri, options, isMajorityAwaited: writeConcern["w"] == "majority")
            if mongoc_uri_get_appname(uri) == nil { mongoc_uri_set_appname(uri, "msgctl") }
        } catch {
            mongoc_uri_destroy(uri)
            throw error
        }
    }

    deinit { mongoc_uri_destroy(pointer) }

    private static func setTimeouts(_ uri: OpaquePointer, _ options: MongoDBOptions, socketTimeout: Duration) {
        func set(_ option: String, _ duration: Duration) {
            guard !mongoc_uri_has_option(uri, option) else { return }
            mongoc_uri_set_option_as_int32(uri, option, Int32(clamping: duration.wholeMilliseconds))
        }
        set(MONGOC_URI_SERVERSELECTIONTIMEOUTMS, options.connectTimeout)
        set(MONGOC_URI_CONNECTTIMEOUTMS, options.connectTimeout)
        set(MONGOC_URI_SOCKETTIMEOUTMS, socketTimeout)
        set(MONGOC_URI_HEARTBEATFREQUENCYMS, max(options.heartbeat, .milliseconds(500)))
    }

    private static func database(_ uri: OpaquePointer, _ options: MongoDBOptions) throws -> String {
        let named = mongoc_uri_get_database(uri).map { String(cString: $0) }
        let name = options.database ?? named ?? options.defaultDatabase
        let isValid =
            !name.isEmpty && name.utf8.count <= 63
            && !name.unicodeScalars.contains { "/\\. \"$*<>:|?\0".unicodeScalars.contains($0) }
        guard isValid else {
            throw MsgError(
                .configuration, "\(name.debugDescription) can't be a MongoDB database; write another name")
        }
        return name
    }

    private static func writeConcern(_ uri: OpaquePointer, _ options: MongoDBOptions) throws -> BSONDocument {
        let given = mongoc_uri_get_write_concern(uri)
        var concern: BSONDocument = [:]
        if mongoc_uri_has_option(uri, MONGOC_URI_W) {
            let members = mongoc_write_concern_get_w(given)
            if let tag = mongoc_write_concern_get_wtag(given) {
                concern.append("w", .string(String(cString: tag)))
            } else if members == MONGOC_WRITE_CONCERN_W_MAJORITY {
                concern.append("w", "majority")
            } else if members >= 1 {
                concern.append("w", .int32(members))
            } else {
                throw MsgError(
                    .configuration, "w=0 asks for writes that nobody confirms; leave out w, or write w=majority")
            }
        } else {
            switch options.writeConcern {
            case .majority: concern.append("w", "majority")
            case .members(let count): concern.append("w", .int32(Int32(clamping: max(1, count))))
            }
        }
        let isJournaled =
            mongoc_uri_has_option(uri, MONGOC_URI_JOURNAL)
            ? mongoc_write_concern_get_journal(given) : options.journal
        concern.append("j", .bool(isJournaled))
        return concern
    }

    /// Whoever writes has to see at once what was written, which a majority may not have yet unless it is waited for.
    private static func setReadConcern(
        _ uri: OpaquePointer, _ options: MongoDBOptions, isMajorityAwaited: Bool
    ) throws -> String? {
        // The library does not count it among the options that it has.
        if let given = mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri)).map({ String(cString: $0) }) {
            guard given != "majority" || isMajorityAwaited else {
                throw MsgError(
                    .configuration,
                    "readConcernLevel=majority does not see what was just written unless every write waits for a "
                        + "majority; write w=majority, or leave readConcernLevel out")
            }
            return given
        }
        guard var level = options.readConcern else { return nil }
        if level == "majority", !isMajorityAwaited { level = "local" }
        let concern = mongoc_read_concern_new()
        defer { mongoc_read_concern_destroy(concern) }
        mongoc_read_concern_set_level(concern, level)
        mongoc_uri_set_read_concern(uri, concern)
        return level
    }

    private static func hosts(_ uri: OpaquePointer) -> String {
        var names: [String] = []
        var host = mongoc_uri_get_hosts(uri)
        while let current = host {
            withUnsafePointer(to: current.pointee.host_and_port) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    names.append(String(cString: $0))
                }
            }
            host = UnsafePointer(current.pointee.next)
        }
        if names.isEmpty, let service = mongoc_uri_get_srv_hostname(uri) { names.append(String(cString: service)) }
        return names.joined(separator: ",")
    }
}

extension MongoURI {
    /// Each server that is named with its port.
    var endpoints: [(host: String, port: Int)] {
        hosts.split(separator: ",").compactMap { name in
            guard let colon = name.lastIndex(of: ":"), let port = Int(name[name.index(after: colon)...]) else {
                return nil
            }
            let host = name[..<colon]
            return (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host), port)
        }
    }
}

extension Duration {
    /// Rounded up, so that a limit of some time never becomes none.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let milliseconds = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : product.addingReportingOverflow(milliseconds).partialValue
    }
}
