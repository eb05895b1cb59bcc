import NIOCore
import NIOHTTP1
import NIOPosix

extension HTTPConnectionHandler {
    /// Sets a new channel up for HTTP/1.1 with bounds. Called on the channel's loop, in its initializer; the channel is one
    /// of NIOPosix.
    package static func configurePipeline(
        of channel: any Channel, settings: HTTPConnectionSettings, responder: @escaping Responder
    ) throws {
        try limitReadBuffer(of: channel)
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(),
            ByteToMessageHandler(
                HTTPRequestDecoder(
                    leftOverBytesStrategy: .dropBytes, limitConfiguration: settings.decoderLimits)),
            HTTPConnectionHandler(settings: settings, responder: responder),
        ])
    }

    /// A channel keeps the buffer that it last read into, idle or not: one that grows with what comes, from less than NIO's
    /// 2 KiB.
    static func limitReadBuffer(of channel: any Channel) throws {
        try channel.syncOptions?.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 512, maximum: 65_536))
    }
}

extension HTTPConnectionSettings {
    /// The bounds that are NIO's to keep.
    var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = maxHeaderBytes
        limits.maxHeaderListSize = maxHeaderBytes
        limits.maxHeaderFieldCount = maxHeaderFields
        return limits
    }
}
