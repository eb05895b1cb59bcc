import MsgKit

/// Whether Redis takes writes: a replica, or a server without memory, still answers a PING.
struct RedisProbe: HealthProbe {
    let name = "cache"
    let isRequired: Bool
    let client: RedisClient

    func probe() async throws {
        _ = try await client.send(.trialWrite(in: client.options.keyPrefix))
    }
}
