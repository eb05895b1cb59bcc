import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import SocketIO

struct RecoveryStormTests {
    /// Several tasks emit while clients lose their connections at random moments; each gets everything once, in order.
    @Test(arguments: [1, 2, 3] as [UInt64]) func everyClientGetsEverythingOnceAndInOrder(seed: UInt64) async throws {
        print("seed \(seed)")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await TestServer(group: group) { $0.connectionStateRecovery = ConnectionStateRecovery() }
        let emitters = 3
        let perEmitter = 400
        let namespace = server.root
        namespace.use { socket in await socket.join("room") }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let ready = Mailbox<Void>()
            for client in 0..<6 {
                tasks.addTask {
                    var generator = SeededGenerator(seed: seed &* 100 &+ UInt64(client))
                    let client = try await RecoveringClient(server)
                    ready.put(())
                    var next = Array(repeating: 0, count: emitters)
                    func take(_ packet: String) throws {
                        let numbers = packet.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
                        // 42["n",<emitter>,<number>]
                        try #require(numbers.count == 3)
                        #expect(numbers[2] == next[numbers[1]], "seed \(seed)")
                        next[numbers[1]] = numbers[2] + 1
                    }
                    while next.reduce(0, +) < emitters * perEmitter {
                        if Int.random(in: 0..<40, using: &generator) == 0 {
                            // Half of the time the server does not know yet that the connection is gone.
                            if Bool.random(using: &generator) { try await client.drop() }
                            try await client.comeBack()
                            #expect(client.isRecovered, "seed \(seed)")
                            for packet in client.replayed { try take(packet) }
                        } else {
                            try take(try await client.next())
                        }
                    }
                }
            }
            for _ in 0..<6 { try await ready.next() }
            for emitter in 0..<emitters {
                tasks.addTask {
                    for number in 0..<perEmitter {
                        try namespace.to("room").emit("n", emitter, number)
                        if number.isMultiple(of: 7) { await Task.yield() }
                    }
                }
            }
            try await tasks.waitForAll()
        }
        try await server.close()
        try await group.shutdownGracefully()
    }
}
