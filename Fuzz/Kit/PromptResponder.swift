import NIOCore
import NIOHTTP1

/// The HTTP side of a connection: answers each request with 200, in order; those whose target says `later` a bit later.
final class PromptResponder: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var head: HTTPRequestHead?
    private var waiting = 0
    private(set) var answers = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            guard waiting > 0 || head.uri.contains("later") else { return answer(head, context: context) }
            waiting += 1
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
                self.waiting -= 1
                if context.channel.isActive { self.answer(head, context: context) }
            }
        }
    }

    private func answer(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        answers += 1
        let response = HTTPResponseHead(version: head.version, status: .ok, headers: ["Content-Length": "2"])
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "ok")))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !head.isKeepAlive { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }
}
