extension Configuration {
    /// Passwords and tokens.
    public struct Auth: Sendable, Equatable {
        /// Key that signs tokens, at least 32 bytes; `nil` lets the embedded engine make and keep one.
        public var jwtSecret: Secret?
        public var accessTokenLifetime = Duration.seconds(15 * 60)
        public var refreshTokenLifetime = Duration.seconds(30 * 24 * 60 * 60)
        /// For how long a spent refresh token still gives its successor.
        public var refreshGrace = Duration.seconds(10)
        /// bcrypt's cost, 4…15; each step doubles the time of a hash.
        public var bcryptCost = 10
        /// The `iss` of tokens.
        public var issuer = "msgctl"
        /// The `aud` of tokens.
        public var audience = "msgctl"

        public init() {}
    }
}
