import NIOCore

/// Turns a connection's bytes into replies: first those of the handshake, then the owner's.
///
/// Lives on the channel's loop.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let parser: RedisReplyParser
    private var handshake: RedisHandshake
    private var isReady = false
    /// Whether the server has said anything yet.
    private var isAnswered = false
    private let opened: (_ runID: String?) -> Void
    private let received: (RedisValue) -> Void
    /// Called once, for whatever reason it ends.
    private var ended: ((any Error) -> Void)?

    init(
        handshake: RedisHandshake, maximumReplyBytes: Int, opened: @escaping (String?) -> Void,
        received: @escaping (RedisValue) -> Void, ended: @escaping (any Error) -> Void
    ) throws {
        parser = try RedisReplyParser(maximumSize: maximumReplyBytes)
        self.handshake = handshake
        self.opened = opened
        self.received = received
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        do {
            var buffer = context.channel.allocator.buffer(capacity: 256)
            for command in handshake.commands { try command.write(into: &buffer) }
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        } catch {
            end(error, context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            var failure: RedisFailure?
            isAnswered = true
            try parser.parse(unwrapInboundIn(data)) { value in
                guard ended != nil, failure == nil else { return }
                failure = take(value)
            }
            if let failure { throw failure }
        } catch RedisFailure.malformedReply where !isReady {
            end(RedisFailure.notRedis, context)
        } catch {
            end(error, context)
        }
    }

    private func take(_ value: RedisValue) -> RedisFailure? {
        guard !isReady else {
            received(value)
            return nil
        }
        do throws(RedisFailure) {
            guard try handshake.receive(value) else { return nil }
            isReady = true
            opened(handshake.runID)
            return nil
        } catch {
            return error
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(isAnswered ? RedisFailure.connectionLost : .connectionUnanswered, context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A server that speaks TLS resets a connection in plain text.
        end(error is IOError && !isAnswered ? RedisFailure.connectionUnanswered : error, context)
    }

    private func end(_ error: any Error, _ context: ChannelHandlerContext) {
        let ended = self.ended
        self.ended = nil
        ended?(error)
        context.close(promise: nil)
    }
}
