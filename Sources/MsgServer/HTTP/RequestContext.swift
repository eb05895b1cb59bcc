import Hummingbird
import MsgKit
import NIOCore

/// What Hummingbird carries along with a request.
struct RequestContext: Hummingbird.RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The peer's address and port; behind a proxy the proxy's.
    let remoteAddress: SocketAddress?
    /// Who made the request, as far as trusted proxies tell: what limits, logs and audits go by. Nil when it has no address.
    var clientAddress: IPAddress?
    /// What rate limits said of the request.
    let rateLimits = RateLimitRecord()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
        clientAddress = remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }
}
