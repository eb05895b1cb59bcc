extension Configuration {
    /// The system of record.
    public struct Store: Sendable, Equatable {
        /// How many members of a replica set must have a write before it counts as stored.
        public enum WriteConcern: String, Sendable, CaseIterable {
            case majority
            case one = "1"
        }

        /// Which of a replica set's data reads see.
        public enum ReadConcern: String, Sendable, CaseIterable {
            case local
            case majority
        }

        /// Directory of the embedded engine's files; a relative one is relative to the working directory.
        public var dataDirectory = "./data"
        /// Selects MongoDB instead of the embedded engine.
        public var mongoDBURI: Secret?
        /// The database when the URI names none.
        public var mongoDBDatabase = "messaging_system"
        public var mongoDBWriteConcern = WriteConcern.majority
        public var mongoDBReadConcern = ReadConcern.majority
        /// Connections, each with a thread of its own.
        public var mongoDBConnections = 16

        public init() {}
    }

    /// Cache, presence, rate limits, leases and events between processes.
    public struct Cache: Sendable, Equatable {
        /// Selects Redis instead of the embedded engine.
        public var redisURL: Secret?
        /// What all keys begin with, so that several installations can share a server.
        public var redisPrefix = "msgctl"
        /// What all channels of events begin with, as the `key` option of Socket.IO's Redis adapter says.
        public var redisEventKey = "socket.io"

        public init() {}
    }

    /// The job queue.
    public struct Queue: Sendable, Equatable {
        /// The kind of queues that RabbitMQ is asked for.
        public enum Kind: String, Sendable, CaseIterable {
            case classic
            case quorum
        }

        /// Selects RabbitMQ instead of the embedded engine.
        public var rabbitMQURL: Secret?
        /// What the names of all queues begin with, so that several installations can share a virtual host.
        public var rabbitMQPrefix: String?
        public var rabbitMQQueueType = Kind.classic

        public init() {}
    }

    /// Full-text search and analytics.
    public struct Search: Sendable, Equatable {
        /// What a search is answered with while the search engine is away.
        public enum Fallback: String, Sendable, CaseIterable {
            /// With 503.
            case none
            /// With what the store's own text search finds, marked as degraded.
            case store
        }

        /// Selects Elasticsearch instead of the embedded engine.
        public var elasticsearchURL: Secret?
        /// What the names of all indexes begin with, so that several installations can share a cluster.
        public var elasticsearchPrefix = "msgctl"
        public var fallback = Fallback.none
        /// How often new messages are brought into the index.
        public var indexInterval = Duration.milliseconds(250)

        public init() {}
    }
}
