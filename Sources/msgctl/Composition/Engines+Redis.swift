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
    init(_ backend: RedisBackend) {
        self.init(
            presence: backend.presence, leases: backend.leases, bus: backend.bus, losses: backend.losses,
            peers: backend.peers,
            probe: backend.probe)
    }
}
