import Foundation
import MsgKit

/// Rate limits over all processes.
struct RedisRateLimiter: RateLimiter {
    let client: RedisClient

    func take(
        _ key: RateLimitKey, limit: Int, window: Duration, at instant: Date
    ) async throws -> RateLimitDecision {
        let slices = RateLimitSlices(window: window, at: instant)
        let reply = try await client.run(
            RateLimitScript.take, keys: ["\(client.options.keyPrefix):rate:\(key.text)"],
            arguments: [
                String(slices.current), String(slices.oldest), String(slices.newest), String(limit),
                String(slices.lifetime),
            ])
        guard let values = reply.array?.map(\.integer), values.count == 3, let isAllowed = values[0],
            let count = values[1], let first = values[2]
        else { throw client.error(.unexpectedReply) }
        return slices.decision(isAllowed: isAllowed == 1, limit: limit, count: Int(count), first: first)
    }
}
