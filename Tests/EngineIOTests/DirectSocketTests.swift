import Dispatch
import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import EngineIO

/// Frames that go past the channel's pipeline, and what goes through it, are one stream to the client.
@Suite(.timeLimit(.minutes(2)))
struct DirectSocketTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private func server(
        isPlain: Bool, _ configure: (inout EngineIOConfiguration) -> Void = { _ in }
    ) async throws -> (engine: TestEngine, server: LoopbackServer) {
        let engine = TestEngine(group: group) {
            // A sanitizer makes these tests take longer than it is to the first ping.
            $0.pingInterval = .seconds(300)
            configure(&$0)
        }
        return (engine, try await LoopbackServer(engine: engine.server, group: group, isPlain: isPlain))
    }

    /// A client of the session that it returns, past the first packet.
    private func connect(_ engine: TestEngine, _ port: Int) async throws -> (RawClient, EngineIOSession) {
        let client = try await RawClient(port: port)
        #expect(try await client.upgrade("EIO=4&transport=websocket") == 101)
        _ = try await client.frame()
        #expect(try await engine.records.next() == .opened)
        return (client, try await engine.sessions.next())
    }

    /// Messages of all sizes, alone and several in a tick, to a client that stops reading now and then.
    @Test(arguments: [true, false], [UInt64(1), 2, 3])
    func everythingComesInOrder(isPlain: Bool, seed: UInt64) async throws {
        let (engine, server) = try await server(isPlain: isPlain) {
            $0.maxBufferedBytes = 100_000_000
            $0.maxBufferedPackets = 100_000
        }
        let (client, session) = try await connect(engine, server.port)
        var random = SeededGenerator(seed: seed)
        var sent: [String] = []
        for round in 0..<60 {
            if round % 10 == 3 { try await client.setReading(false) }
            if round % 10 == 8 { try await client.setReading(true) }
            let burst = (0..<Int.random(in: 1...4, using: &random)).map { index in
                let length = [0, 10, 3_000, 200_000, 900_000].randomElement(using: &random) ?? 0
                return "\(round).\(index) " + String(repeating: "x", count: length)
            }
            try await session.eventLoop.submit { for text in burst { session.send(text) } }.get()
            if Bool.random(using: &random) { client.send(clientFrame(9, Array("ping".utf8))) }
            sent += burst
        }
        try await client.setReading(true)
        var received: [String] = []
        while received.count < sent.count {
            let frame = try await client.frame()
            switch frame.opcode {
            case 1: received.append(String(decoding: frame.payload.dropFirst(), as: UTF8.self))
            case 10: #expect(frame.payload == Array("ping".utf8))
            default: Issue.record("a frame of opcode \(frame.opcode)")
            }
        }
        #expect(received == sent, "seed \(seed)")
        try await server.close()
    }

    /// The kernel has room again, and the event loop has not been told yet that it may write what waits in the channel.
    @Test func nothingOvertakesWhatWaitsInTheChannel() async throws {
        let own = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let engine = TestEngine(group: own) {
            $0.maxBufferedBytes = 100_000_000
            $0.pingInterval = .seconds(300)
        }
        let server = try await LoopbackServer(engine: engine.server, group: own, isPlain: true)
        let (client, session) = try await connect(engine, server.port)
        let channel = try await server.connections.next()
        try await client.setReading(false)
        var count = 0
        while try await channel.getOption(.bufferedWritableBytes).get() == 0 {
            session.send("\(count) " + String(repeating: "x", count: 3_000))
            count += 1
        }
        let total = count + 1
        let haveRead = DispatchSemaphore(value: 0)
        let reader = Task {
            try await client.setReading(true)
            var numbers: [Int] = []
            while numbers.count < total {
                let text = String(decoding: try await client.frame().payload, as: UTF8.self)
                numbers.append(Int(text.dropFirst().prefix { $0 != " " }) ?? -1)
                if numbers.count == total / 2 { haveRead.signal() }
            }
            return numbers
        }
        try await session.eventLoop.submit { [count] in
            #expect(haveRead.wait(timeout: .now() + 10) == .success)
            session.send("\(count) ")
        }.get()
        #expect(try await reader.value == Array(0..<total))
        try await server.close()
        try await own.shutdownGracefully()
    }

    /// The number of a closed socket is the next connection's at once.
    @Test(arguments: [UInt64(11), 12])
    func noFrameReachesAnothersSocket(seed: UInt64) async throws {
        let (engine, server) = try await server(isPlain: true)
        let reader = Task { [engine] in
            // Who sends does not know that a client has gone.
            await withDiscardingTaskGroup { group in
                while let session = try? await engine.sessions.next(), !Task.isCancelled {
                    group.addTask {
                        for _ in 0..<400 {
                            session.send(session.id)
                            await Task.yield()
                        }
                    }
                }
            }
        }
        try await withThrowingTaskGroup { group in
            for number in 0..<8 {
                group.addTask { [port = server.port] in
                    var random = SeededGenerator(seed: seed &* 100 &+ UInt64(number))
                    for _ in 0..<40 {
                        let client = try await RawClient(port: port)
                        #expect(try await client.upgrade("EIO=4&transport=websocket") == 101)
                        let opening = String(decoding: try await client.frame().payload, as: UTF8.self)
                        let id = opening.dropFirst(#"0{"sid":""#.count).prefix { $0 != "\"" }
                        for _ in 0..<Int.random(in: 0...20, using: &random) {
                            #expect(try await client.frame() == .text("4\(id)"), "seed \(seed)")
                        }
                        try await client.close()
                    }
                }
            }
            try await group.waitForAll()
        }
        reader.cancel()
        try await server.close()
    }

    /// A connection that the peer reset is closed as any other.
    @Test func aResetConnectionEndsItsSession() async throws {
        let (engine, server) = try await server(isPlain: true)
        let (client, session) = try await connect(engine, server.port)
        try await client.reset()
        let sender = Task {
            while !Task.isCancelled {
                session.send("to nobody")
                await Task.yield()
            }
        }
        guard case .closed = try await engine.records.next() else {
            Issue.record("the session is still open")
            return
        }
        sender.cancel()
        try await server.close()
    }

    /// What comes before a close arrives before it.
    @Test func aCloseComesAfterWhatWasSent() async throws {
        let (engine, server) = try await server(isPlain: true)
        let (client, session) = try await connect(engine, server.port)
        try await session.eventLoop.submit {
            session.send("last words")
            session.close()
        }.get()
        #expect(try await client.frame() == .text("4last words"))
        #expect(try await client.frame() == .close(1000))
        try await server.close()
    }
}
