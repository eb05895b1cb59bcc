extension Configuration {
    /// The Socket.IO server.
    public struct Realtime: Sendable, Equatable {
        /// Time between two pings of the server.
        public var pingInterval = Duration.seconds(25)
        /// How long a pong may take before the connection counts as lost.
        public var pingTimeout = Duration.seconds(20)
        /// Largest packet a client may send, in bytes.
        public var maxPayload = 1_000_000
        /// After this long without news, somebody typing has stopped.
        public var typingTimeout = Duration.seconds(3)
        /// How long a connection may take to join a namespace.
        public var connectTimeout = Duration.seconds(45)
        /// Connections of one process.
        public var maxConnections = 100_000
        /// Bytes waiting to be sent on one connection; a slower reader is disconnected.
        public var maxBuffered = 1024 * 1024
        /// Events that one connection may send in a second; more wait. 0: as many as are handled.
        public var maxEventsPerSecond = 100
        /// Whether clients that ask for it get what they missed.
        public var recovery = true
        /// How long a lost connection can be recovered.
        public var recoveryWindow = Duration.seconds(120)

        public init() {}

        /// Whether somebody asked for just so many; of the built-in number fewer will do where the system allows no more.
        public var isMaxConnectionsChosen: Bool { maxConnections != Realtime().maxConnections }
    }
}
