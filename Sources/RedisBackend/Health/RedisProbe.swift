import MsgKit

/// Whether Redis answers.
struct RedisProbe: HealthProbe {
    let name = "cache"
    let isRequired: Bool
    let client: RedisClient

    func probe() async throws {
        _ = try await client.send(RedisCommand("PING"))
    }
}
