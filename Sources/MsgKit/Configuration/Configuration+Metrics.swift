extension Configuration {
    /// Who may read `/metrics`, and where.
    public struct Metrics: Sendable, Equatable {
        /// Who may read.
        public enum Access: String, Sendable, CaseIterable {
            /// Nobody.
            case off
            /// Who calls from this machine and not through a proxy that says so.
            case loopback
            /// Who sends ``token``.
            case token
            /// Whoever reaches the port.
            case anyone
        }

        public var access = Access.loopback
        /// At least 16 bytes.
        public var token: Secret?
        /// Address or host name of ``port``.
        public var host = "127.0.0.1"
        /// 0…65535, of a listener for metrics only, in processes without the API; nil for none.
        public var port: Int?

        public init() {}
    }
}
