extension Configuration {
    /// The system of record.
    public struct Store: Sendable, Equatable {
        /// Directory of the embedded engine's files; a relative one is relative to the working directory.
        public var dataDirectory = "./data"
        /// Selects MongoDB instead of the embedded engine.
        public var mongoDBURI: Secret?

        public init() {}
    }

    /// Cache, presence, rate limits, leases and events between processes.
    public struct Cache: Sendable, Equatable {
        /// Selects Redis instead of the embedded engine.
        public var redisURL: Secret?

        public init() {}
    }

    /// The job queue.
    public struct Queue: Sendable, Equatable {
        /// Selects RabbitMQ instead of the embedded engine.
        public var rabbitMQURL: Secret?

        public init() {}
    }

    /// Full-text search and analytics.
    public struct Search: Sendable, Equatable {
        /// Selects Elasticsearch instead of the embedded engine.
        public var elasticsearchURL: Secret?
        /// How often new messages are brought into the index.
        public var indexInterval = Duration.milliseconds(250)

        public init() {}
    }
}
