extension Configuration {
    /// The delivery of queued messages.
    public struct Worker: Sendable, Equatable {
        /// Deliveries at the same time in one process, 1…256.
        public var concurrency = 8
        /// Jobs taken from the queue ahead of their delivery, 1…1000.
        public var prefetch = 64
        /// Wait before each retry; after the last one a job is a dead letter.
        public var retryDelays: [Duration] = [.seconds(5), .seconds(30), .seconds(300)]
        /// By how many percent of its wait a retry may come earlier, 0…100.
        public var retryJitter = 20
        /// A job taken but not acknowledged for this long is given to another worker.
        public var visibilityTimeout = Duration.seconds(60)
        /// A worker that has had something to do for so long and got nothing done counts as stalled.
        public var stallAfter = Duration.seconds(300)

        public init() {}
    }
}
