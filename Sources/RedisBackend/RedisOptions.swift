import NIOCore

/// How Redis is used. The defaults are right for a server nearby.
public struct RedisOptions: Sendable {
    /// What every key begins with, but those of the event bus. Installations that share a server need one each.
    public var keyPrefix = "msgctl"
    /// The `key` option of Socket.IO's Redis adapters and emitters that this process works with; what the channels of
    /// the event bus begin with. Channels are the same in every database of a server.
    public var busKey = "socket.io"

    /// How long connecting may take, from the name's resolution to the answer to AUTH and SELECT.
    public var connectTimeout = Duration.seconds(2)
    /// How long a call may wait for its answer, a connection that has to be made first included. A server that lets one
    /// pass is cut off, and every call under way fails with it.
    public var commandTimeout = Duration.seconds(2)
    /// After how long without traffic a connection is asked whether it still works.
    public var keepAliveInterval = Duration.seconds(5)
    /// The first and the longest pause between two tries to connect.
    public var reconnectDelay = Duration.milliseconds(50)...Duration.seconds(2)

    /// Commands waiting or under way on one connection; one more fails with `serverBusy`.
    public var maximumPendingCommands = 20_000
    /// The bytes of these commands.
    public var maximumPendingBytes = 64 * 1_024 * 1_024
    /// What one reply may hold; a greater one ends the connection.
    public var maximumReplyBytes = 64 * 1_024 * 1_024

    /// Events of other processes that wait to be done; the oldest are dropped then, and the loss is logged.
    public var maximumWaitingEvents = 20_000
    /// The bytes of these events.
    public var maximumWaitingEventBytes = 64 * 1_024 * 1_024
    /// One event of another process; a longer one is dropped, and logged.
    public var maximumEventBytes = 4 * 1_024 * 1_024

    /// What other processes bring about on the bus is warned of at once, and again only when so much time has passed,
    /// then with how often it happened meanwhile.
    public var warningPeriod = Duration.seconds(60)

    /// How long an answer stays in the cache at most.
    public var cacheLifetime = Duration.seconds(60)
    /// An answer that is longer is not cached.
    public var maximumCachedBytes = 256 * 1_024

    /// Whether the process counts as not ready while Redis does not answer.
    public var isRequired = false

    /// A file of PEM certificates that the server's must descend from; the system's when nil. For `rediss://` only.
    public var trustedCertificatesPath: String?
    /// A PEM certificate and its key that this process shows the server. For `rediss://` only.
    public var clientCertificatePath: String?
    public var clientKeyPath: String?

    public init() {}
}
