import NIOCore
import NIOEmbedded
import NIOHTTP1
import SocketTestKit
import Synchronization

@testable import EngineIO

/// A client of one HTTP connection whose loop and clock are the test's own.
final class HTTPPeer: Sendable {
    private let channel: NIOAsyncTestingChannel
    private let written: Written

    /// - Parameter isStalled: whether the network takes nothing.
    init(
        maxBody: Int = 1024, maxBodyOfTarget: @escaping @Sendable (String) -> Int? = { _ in nil },
        maxDiscardedBody: Int = 10_000, isStalled: Bool = false,
        onRefusal: (@Sendable (Int) -> Void)? = nil, _ responder: @escaping HTTPConnectionHandler.Responder
    ) async throws {
        let written = Written()
        self.written = written
        var settings = HTTPConnectionSettings()
        settings.maxBody = maxBody
        settings.maxBodyOfTarget = maxBodyOfTarget
        settings.maxDiscardedBody = maxDiscardedBody
        settings.onRefusal = onRefusal
        channel = NIOAsyncTestingChannel()
        let channel = channel
        try await channel.testingEventLoop.executeInContext { [settings] in
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(Recorder(written: written, isStalled: isStalled))
            try pipeline.addHandler(HTTPResponseEncoder())
            try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
            try pipeline.addHandler(HTTPConnectionHandler(settings: settings, responder: responder))
        }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
    }

    func send(_ text: String) async throws { try await channel.writeInbound(ByteBuffer(string: text)) }

    func get(_ path: String, _ headers: String = "", method: String = "GET", version: String = "1.1") async throws {
        try await send("\(method) \(path) HTTP/\(version)\r\nHost: localhost\r\n\(headers)\r\n")
    }

    /// All that came so far, once it fulfils the condition.
    @discardableResult
    func received(until condition: (String) -> Bool) async throws -> String {
        while !condition(soFar) { try await written.more.next() }
        return soFar
    }

    @discardableResult
    func received(_ text: String) async throws -> String { try await received { $0.contains(text) } }

    /// All that came until the connection was closed.
    func receivedAll() async throws -> String {
        let all = try await received { $0.contains(Recorder.end) }
        return String(all.prefix { $0 != Recorder.end })
    }

    var soFar: String { written.text.withLock { $0 } }
    var isOpen: Bool { channel.isActive }

    func advance(by time: TimeAmount) async { await channel.testingEventLoop.advanceTime(by: time) }
    func close() async throws { try await channel.close() }

    func fire(_ event: any Sendable) async throws {
        let channel = channel
        try await channel.testingEventLoop.executeInContext { channel.pipeline.fireUserInboundEventTriggered(event) }
    }
}

/// What a server wrote.
private final class Written: Sendable {
    let text = Mutex("")
    /// Something for each addition.
    let more = Mailbox<Void>()
    /// Of what the network does not take.
    let waiting = Mutex<[EventLoopPromise<Void>]>([])

    func add(_ addition: String) {
        text.withLock { $0 += addition }
        more.put(())
    }
}

/// Notes what is written, and the end of the connection.
private final class Recorder: ChannelDuplexHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    static let end: Character = "\u{4}"
    private let written: Written
    private let isStalled: Bool

    init(written: Written, isStalled: Bool) {
        self.written = written
        self.isStalled = isStalled
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        written.add(String(buffer: unwrapOutboundIn(data)))
        guard isStalled else { return context.write(data, promise: promise) }
        if let promise { written.waiting.withLock { $0.append(promise) } }
    }

    /// The channel would close altogether.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .output = mode {
            promise?.succeed()
            return
        }
        context.close(mode: mode, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        for promise in written.waiting.withLock({ $0 }) { promise.fail(ChannelError.ioOnClosedChannel) }
        written.add(String(Self.end))
        context.fireChannelInactive()
    }
}
