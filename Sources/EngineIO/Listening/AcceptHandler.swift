import NIOCore

/// Stands in a listening channel: knows the accepted connections, and accepts no more while there are as many as may be.
///
/// The bound may be passed by what one read of the listening socket accepts, a handful.
final class AcceptHandler: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private let connections: OpenConnections
    private let maxConnections: Int
    /// Those that count against the bound; touched on the listening channel's loop only.
    private var count = 0
    private var wantsRead = false

    init(connections: OpenConnections, maxConnections: Int) {
        self.connections = connections
        self.maxConnections = max(maxConnections, 1)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let child = unwrapInboundIn(data)
        count += 1
        connections.add(child)
        let this = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let connections = connections
        child.closeFuture.whenComplete { _ in
            connections.remove(child)
            this.eventLoop.execute { this.value.handler.connectionClosed(context: this.value.context) }
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if count < maxConnections {
            context.read()
        } else {
            wantsRead = true
        }
    }

    private func connectionClosed(context: ChannelHandlerContext) {
        count -= 1
        guard wantsRead, count < maxConnections else { return }
        wantsRead = false
        context.read()
    }
}
