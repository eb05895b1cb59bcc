import Hummingbird
import MsgKit
import NIOCore

/// What Hummingbird carries along with a request.
struct RequestContext: Hummingbird.RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The peer's address and port; behind a proxy the proxy's.
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
