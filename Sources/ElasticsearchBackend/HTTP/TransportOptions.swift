/// The bounds of an ``HTTPTransport``.
struct TransportOptions: Sendable {
    var connectTimeout: Duration
    /// How many requests are under way at once, each on a connection of its own; as many connections are kept open.
    var maximumConnections: Int
    /// How many more may wait for a connection.
    var maximumWaiting: Int
    var maximumAnswerBytes: Int
    /// Certificates of the authorities that are trusted, in PEM; nil for the system's.
    var authorityFile: String?
}
