import Logging
import MsgKit
import RedisBackend

extension Engines {
    static func openRedis(_ url: Secret, _ configuration: Configuration, logger: Logger) throws -> RedisBackend {
        var options = RedisOptions()
        options.keyPrefix = configuration.cache.redisPrefix
        options.busKey = configuration.cache.redisEventKey
        return try opening("cache.redis_url", configuration) {
            try RedisBackend.open(url: url.reveal(), options: options, logger: logger)
        }
    }
}

extension CacheEngine {
    init(_ backend: RedisBackend, logger: Logger) {
        self.init(
            presence: backend.presence, leases: backend.leases, bus: backend.bus,
            rateLimiter: FallbackRateLimiter(backend.rateLimiter, logger: logger), losses: backend.losses,
            peers: backend.peers,
            probe: backend.probe)
    }
}
