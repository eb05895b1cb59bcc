import NIOCore
import NIOEmbedded
import SocketTestKit
import Testing

@testable import EngineIO

struct OverheadRateTests {
    /// A websocket that may send 10 frames in a second that bring nothing, and 100 at once.
    private static func client(_ reads: CountedReads) throws -> EmbeddedClient {
        let client = try EmbeddedClient { $0.maxOverheadFramesPerSecond = 10 }
        try client.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        return client
    }

    private static func isRead(_ client: EmbeddedClient, _ reads: CountedReads) -> Bool {
        let before = reads.count
        client.channel.pipeline.read()
        return reads.count > before
    }

    @Test(arguments: [
        clientFrame(9, [1]), clientFrame(10, []), textFrame("3"), textFrame("6"), textFrame("5"),
    ])
    func whoSendsTooManyFramesThatBringNothingIsNotReadForAWhile(frame: [UInt8]) async throws {
        let reads = CountedReads()
        let client = try Self.client(reads)
        try client.send((1...99).flatMap { _ in frame })
        #expect(Self.isRead(client, reads))
        // Five more than there were, and one to go on with.
        try client.send((1...6).flatMap { _ in frame } + textFrame("4seen"))
        #expect(try await client.records() == [.opened, .text("seen")])
        #expect(!Self.isRead(client, reads))
        client.loop.advanceTime(by: .milliseconds(599))
        #expect(!Self.isRead(client, reads))
        let before = reads.count
        client.loop.advanceTime(by: .milliseconds(1))
        #expect(reads.count == before + 1)
        #expect(Self.isRead(client, reads))
    }

    @Test func fragmentsBeforeTheLastBringNothing() async throws {
        let reads = CountedReads()
        let client = try Self.client(reads)
        try client.send(textFrame("4a", fin: false) + (1...100).flatMap { _ in clientFrame(0, [], fin: false) })
        #expect(!Self.isRead(client, reads))
        try client.send(clientFrame(0, Array("b".utf8)))
        #expect(try await client.records() == [.opened, .text("ab")])
    }

    @Test func messagesAreNotCounted() async throws {
        let reads = CountedReads()
        let client = try Self.client(reads)
        try client.send((1...1000).flatMap { _ in textFrame("4x") + clientFrame(2, [1]) })
        #expect(Self.isRead(client, reads))
        #expect(try await client.records().count == 2001)
    }

    @Test func aPauseOfTheApplicationOutlastsTheWait() async throws {
        let reads = CountedReads()
        let client = try Self.client(reads)
        let session = try await client.session()
        try client.send((1...101).flatMap { _ in textFrame("6") })
        session.pauseReading()
        #expect(!Self.isRead(client, reads))
        client.loop.advanceTime(by: .seconds(1))
        #expect(reads.count == 0)
        session.resumeReading()
        #expect(reads.count == 1)
    }

    @Test func aConnectionThatEndsMeanwhileLeavesNoTimer() async throws {
        let reads = CountedReads()
        let client = try Self.client(reads)
        try client.send((1...200).flatMap { _ in textFrame("6") })
        try await client.channel.close().get()
        client.loop.run()
        client.loop.advanceTime(by: .seconds(60))
        #expect(reads.count == 0)
        #expect(try await client.records() == [.opened, .closed(.transportClose)])
    }
}

/// Counts the reads that come to the socket.
private final class CountedReads: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    private(set) var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}
