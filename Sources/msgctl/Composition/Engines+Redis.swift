import Logging
import MsgKit
import RedisBackend

extension Engines {
    static func openRedis(_ url: Secret, _ cache: Configuration.Cache, logger: Logger) throws -> RedisBackend {
        var options = RedisOptions()
        options.keyPrefix = cache.redisPrefix
        options.busKey = cache.redisEventKey
        return try RedisBackend.open(url: url.reveal(), options: options, logger: logger)
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
