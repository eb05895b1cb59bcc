import Logging
import MsgKit
import NIOCore
import NIOPosix

/// Presence, leases, events between processes, rate limits and caches on a Redis server (6.2 or newer, or Valkey).
///
/// It opens without the server, makes its connections by itself and makes them anew when they end; a call that needs the
/// server meanwhile throws `unavailable` within ``RedisOptions/commandTimeout``.
public struct RedisBackend: Sendable {
    public let presence: any PresenceStore
    public let leases: any LeaseStore
    public let bus: any EventBus
    public let losses: any BusLosses
    /// Tells servers of another make, which work with the same event bus, about this process's sockets.
    public let peers: any PeerRequests
    public let rateLimiter: any RateLimiter
    public let cache: any ResponseCache
    public let probe: any HealthProbe
    let client: RedisClient
    private let eventBus: RedisEventBus
    private let responseCache: RedisResponseCache

    /// Begins to connect to a server.
    /// - Parameters:
    ///   - url: `redis[s]://[[user]:password@]host[:port][/database]`
    ///   - eventLoopGroup: two of whose loops the connections live on.
    /// - Throws: ``MsgKit/ErrorCode/configuration`` when the address or a certificate can't be used.
    public static func open(
        url: String, options: RedisOptions = RedisOptions(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger
    ) throws -> RedisBackend {
        let address = try RedisAddress(url)
        let connector = try RedisConnector(address: address, options: options)
        var logger = logger
        logger[metadataKey: "redis"] = "\(address.hostAndPort)"
        return RedisBackend(connector: connector, eventLoopGroup: eventLoopGroup, logger: logger)
    }

    private init(connector: RedisConnector, eventLoopGroup: any EventLoopGroup, logger: Logger) {
        let client = RedisClient(connector: connector, eventLoop: eventLoopGroup.next(), logger: logger)
        client.start()
        self.client = client
        eventBus = RedisEventBus(client: client, logger: logger) { channels, subscribed, received in
            RedisSubscriber(
                connector: connector, channels: [channels.request], patterns: [channels.broadcastPattern],
                eventLoop: eventLoopGroup.next(), logger: logger, subscribed: subscribed, received: received)
        }
        bus = eventBus
        losses = eventBus
        peers = eventBus
        presence = RedisPresenceStore(client: client)
        leases = RedisLeaseStore(client: client)
        rateLimiter = RedisRateLimiter(client: client)
        responseCache = RedisResponseCache(client: client, logger: logger)
        cache = responseCache
        probe = RedisProbe(isRequired: connector.options.isRequired, client: client)
    }

    /// Ends the connections; calls under way fail. Closing twice is no error.
    public func close() async {
        await eventBus.close()
        await responseCache.close()
        await client.close()
    }
}
