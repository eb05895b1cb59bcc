import Foundation
import MsgKit

/// What a `redis://` or `rediss://` URL says: `redis[s]://[[user]:password@]host[:port][/database]`.
struct RedisAddress: Sendable, Equatable {
    var host: String
    var port: Int
    var user: String?
    var password: String?
    var database: Int
    var isTLS: Bool

    /// - Throws: ``MsgKit/ErrorCode/configuration``, in a sentence without what the URL holds.
    init(_ url: String) throws {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased() else {
            throw Self.refusal(
                "is not a URL; what is special in a user name or password is written as %40 and the like")
        }
        guard scheme == "redis" || scheme == "rediss" else {
            throw Self.refusal("begins with neither redis:// nor rediss://")
        }
        guard let host = parts.host, !host.isEmpty else { throw Self.refusal("names no host") }
        // Foundation leaves the brackets of an IPv6 address.
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? 6379
        guard (1...65_535).contains(port) else { throw Self.refusal("names a port that is none") }
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        if user != nil, password == nil { throw Self.refusal("has a user name without a password") }
        isTLS = scheme == "rediss"
        let path = parts.path.drop { $0 == "/" }
        if path.isEmpty {
            database = 0
        } else if let number = Int(path), (0...65_535).contains(number) {
            database = number
        } else {
            throw Self.refusal(
                "has a path that is no database's number; write one such as redis://host:6379/0, or leave it out")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw Self.refusal(
                "has something behind the database's number, where there are no options; leave it out, and in a password "
                    + "write ? as %3F and # as %23")
        }
    }

    /// For logs: without user and password.
    var hostAndPort: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func refusal(_ reason: String) -> MsgError {
        MsgError(.configuration, "The address of Redis \(reason).")
    }
}
