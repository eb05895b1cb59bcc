import Foundation
import MsgKit

/// Presence in Redis.
struct RedisPresenceStore: PresenceStore {
    /// How long the keys stay when every node has ended without leaving, so that the next to start tells of who has gone.
    private static let kept = "86400000"
    private static let sweepLimit = "1000"

    private let client: RedisClient
    private let keys: [String]

    init(client: RedisClient) {
        self.client = client
        let prefix = client.options.keyPrefix + ":presence:"
        keys = ["nodes", "online", "gone", "node:"].map { prefix + $0 }
    }

    func renew(_ node: NodeID, at instant: Date, until expiry: Date) async throws -> Bool {
        try await run(PresenceScripts.renew, at: instant, node.rawValue, expiry.redis).integer == 1
    }

    func leave(_ node: NodeID, at instant: Date) async throws -> [User.ID] {
        try users(in: try await run(PresenceScripts.leave, at: instant, node.rawValue))
    }

    func connected(_ user: User.ID, on node: NodeID, at instant: Date) async throws -> Bool {
        try await run(PresenceScripts.connect, at: instant, node.rawValue, user.description).integer == 1
    }

    func disconnected(_ user: User.ID, from node: NodeID, at instant: Date) async throws -> Bool {
        try await run(PresenceScripts.disconnect, at: instant, node.rawValue, user.description).integer == 1
    }

    func sweep(at instant: Date) async throws -> [User.ID] {
        try users(in: try await run(PresenceScripts.sweep, at: instant, Self.sweepLimit))
    }

    func online(among users: [User.ID], at instant: Date) async throws -> Set<User.ID> {
        guard !users.isEmpty else { return [] }
        let arguments = [instant.redis, Self.kept] + users.map(\.description)
        let found = try await client.run(PresenceScripts.among, keys: keys, arguments: arguments).array ?? []
        guard found.count == users.count else { throw client.error(.unexpectedReply) }
        return Set(zip(users, found).filter { $0.1.integer == 1 }.map(\.0))
    }

    func online(limit: Int, at instant: Date) async throws -> (users: [User.ID], total: Int) {
        let reply = try await run(PresenceScripts.list, at: instant, String(max(limit, 0)))
        guard let values = reply.array, let total = values.first?.integer else {
            throw client.error(.unexpectedReply)
        }
        return (try users(in: .array(Array(values.dropFirst()))), Int(total))
    }

    private func run(_ script: LuaScript, at instant: Date, _ arguments: String...) async throws -> RedisValue {
        try await client.run(script, keys: keys, arguments: [instant.redis, Self.kept] + arguments)
    }

    /// What is no id of ours is left out.
    private func users(in reply: RedisValue) throws -> [User.ID] {
        guard let values = reply.array else { throw client.error(.unexpectedReply) }
        return values.compactMap { value in value.string.flatMap { User.ID($0) } }
    }
}
