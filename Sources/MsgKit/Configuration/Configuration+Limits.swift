extension Configuration {
    /// How often things may be done; nil is no limit.
    public struct Limits: Sendable, Equatable {
        /// Calls of the REST API from one address, but those of health.
        public var requests: RateLimit? = RateLimit(100, per: .seconds(900))
        /// Log-ins to one account from one address, good or not.
        public var logins: RateLimit? = RateLimit(5, per: .seconds(900))
        /// Messages of one user, by REST and Socket.IO together.
        public var messages: RateLimit? = RateLimit(10, per: .seconds(60))

        public init() {}
    }
}
