/// How a connection is secured; versions before TLS 1.2 are refused.
struct BrokerTLS: Sendable {
    /// The broker must show a certificate of a trusted authority for its host name.
    var verifiesPeer = true
    /// A file of trusted authorities, instead of the system's.
    var authorities: String?
    /// Files of this program's own certificate and its key.
    var certificate: String?
    var key: String?
}
