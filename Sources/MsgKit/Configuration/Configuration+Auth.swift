extension Configuration {
    /// Passwords and tokens.
    public struct Auth: Sendable, Equatable {
        /// Key that signs tokens, at least 32 bytes; `nil` lets the embedded engine make and keep one.
        public var jwtSecret: Secret?
        /// PEM file of the key that signs tokens in place of the secret.
        public var jwtKeyFile: String?
        /// Files of keys and secrets whose tokens are good too.
        public var acceptedKeyFiles: [String] = []
        /// The `iss` of another issuer whose tokens let people in; nil for none.
        public var outsideIssuer: String?
        /// Its keys.
        public var outsideJWKSFile: String?
        /// What must be in the `aud` of its tokens.
        public var outsideAudience = "msgctl"
        public var outsideUser = OutsideIdentity.email
        public var accessTokenLifetime = Duration.seconds(15 * 60)
        public var refreshTokenLifetime = Duration.seconds(30 * 24 * 60 * 60)
        /// For how long a spent refresh token still gives its successor.
        public var refreshGrace = Duration.seconds(60)
        public var registration = RegistrationPolicy.open
        /// bcrypt's cost, 4…15; each step doubles the time of a hash.
        public var bcryptCost = 10
        /// The `iss` of tokens.
        public var issuer = "msgctl"
        /// The `aud` of tokens.
        public var audience = "msgctl"

        public init() {}
    }
}
