import Foundation
import MsgKit

/// Leases in Redis.
struct RedisLeaseStore: LeaseStore {
    /// How long the last token of a lease is remembered that nobody takes any more.
    private static let tokenKept = "2592000000"

    let client: RedisClient

    func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
        let reply = try await client.run(
            LeaseScripts.acquire, keys: keys(name),
            arguments: [
                instant.redis, expiry.redis, holder.rawValue, Self.lifetime(from: instant, to: expiry), Self.tokenKept,
            ])
        if reply == .null { return nil }
        guard let token = reply.integer else { throw client.error(.unexpectedReply) }
        return Lease(name: name, holder: holder, fencingToken: token, expiresAt: expiry)
    }

    func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease? {
        let reply = try await client.run(
            LeaseScripts.renew, keys: keys(lease.name),
            arguments: [
                instant.redis, expiry.redis, lease.holder.rawValue, Self.lifetime(from: instant, to: expiry),
                String(lease.fencingToken),
            ])
        guard reply.integer == 1 else { return nil }
        var renewed = lease
        renewed.expiresAt = expiry
        return renewed
    }

    func release(_ lease: Lease) async throws {
        _ = try await client.run(
            LeaseScripts.release, keys: keys(lease.name),
            arguments: [lease.holder.rawValue, String(lease.fencingToken)])
    }

    private func keys(_ name: String) -> [String] {
        let prefix = client.options.keyPrefix
        return ["\(prefix):lease:\(name)", "\(prefix):lease-token:\(name)"]
    }

    /// The server refuses one that is not positive.
    private static func lifetime(from instant: Date, to expiry: Date) -> String {
        let milliseconds = expiry.timeIntervalSince(instant) * 1000
        return String(Int64(min(max(milliseconds.rounded(.up), 1), 1e12)))
    }
}
