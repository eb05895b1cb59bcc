extension Configuration {
    /// The HTTP listener and its limits.
    public struct Server: Sendable, Equatable {
        /// What kind of installation this is; the original's `NODE_ENV`.
        public enum Environment: String, Sendable, CaseIterable {
            case development
            case production
            case test
        }

        public var environment = Environment.production
        /// Address or host name to listen on.
        public var host = "127.0.0.1"
        /// 0…65535; 0 takes any free port.
        public var port = 3000
        /// Origins (`https://chat.example.com`) allowed besides the server's own; `*` allows every one.
        public var clientURLs: [String] = []
        /// Whether the chat page is served at `/`.
        public var chatPage = true
        /// Largest request body, in bytes.
        public var maxBody = 100 * 1024
        /// Directory of Swagger UI's files for `/api-docs`; nil for a plain page.
        public var swaggerUI: String?
        /// Proxies whose `X-Forwarded-For` tells who the client is.
        public var trustedProxies: [IPNetwork] = []
        /// Time for one request to arrive whole.
        public var requestTimeout = Duration.seconds(30)
        /// Time that a connection may rest between two requests.
        public var idleTimeout = Duration.seconds(120)
        /// Path of a PEM file with the chain of certificates, the server's own first; nil for plain HTTP.
        public var tlsCertificate: String?
        /// Path of a PEM file with the key of the certificate.
        public var tlsKey: String?
        /// How long a graceful stop may take.
        public var shutdownDeadline = Duration.seconds(10)

        public init() {}
    }
}
