import HTTPTypes
import Logging
import MsgKit
import Synchronization

/// Who a request comes from: the peer of its connection, or whom a trusted proxy names.
final class ClientAddresses: Sendable {
    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")

    private let proxies: TrustedProxies
    private let logger: Logger
    private let hasWarned = Atomic(false)

    init(_ proxies: TrustedProxies, logger: Logger) {
        self.proxies = proxies
        self.logger = logger
    }

    func client(of peer: IPAddress?, headers: HTTPFields) -> IPAddress? {
        guard let peer, let field = Self.forwardedFor, headers.contains(field) else { return peer }
        guard proxies.contains(peer) else {
            warn(of: peer)
            return peer
        }
        return proxies.client(of: peer, forwardedFor: headers[values: field])
    }

    /// Once: a client can send the field as well as a proxy that was forgotten.
    private func warn(of peer: IPAddress) {
        guard !hasWarned.exchange(true, ordering: .relaxed) else { return }
        logger.notice(
            "a request came with X-Forwarded-For from an address that is not in server.trusted_proxies; if it is a proxy, all who come through it share one rate limit",
            metadata: ["peer": "\(peer)"])
    }
}
