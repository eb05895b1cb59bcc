import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RedisBackend

extension TestRedis {
    /// One on the server itself, whatever the first one goes through.
    static func outside(_ options: RedisOptions) async throws -> TestRedis {
        var options = options
        options.commandTimeout = .seconds(20)
        return try TestRedis(url: try #require(EngineURL.redis), options: options)
    }

    func ping() async throws { _ = try await backend.client.send(RedisCommand("PING")) }

    func isThere() async throws -> Bool {
        do {
            try await ping()
            return true
        } catch let error as MsgError where error.code == .unavailable || error.code == .serverBusy {
            return false
        }
    }

    /// The roles do their work.
    func works() async throws {
        let make = Fixtures(start: SystemClock().now)
        let node = NodeID.random()
        _ = try await presence.renew(node, at: make.start, until: make.instant(.seconds(60)))
        #expect(try await presence.connected(make.id(), on: node, at: make.start))
        let name = "work \(node.rawValue)"
        let lease = try await leases.acquire(name, holder: node, at: make.start, until: make.instant(.seconds(9)))
        try await leases.release(try #require(lease))
        _ = try await presence.leave(node, at: make.start)
    }

    /// How many listen to this bus.
    func subscribers() async throws -> Int64? {
        let channel = BusChannels(key: options.busKey).request
        return try await backend.client.send(RedisCommand("PUBSUB", "NUMSUB", channel)).array?.last?.integer
    }

    /// The stream of this backend's bus brings what another process publishes.
    func hears(on stream: AsyncStream<RoomCommand>) async throws {
        let outside = try await Self.outside(options)
        try await wait(for: "it listens") { try await outside.subscribers() == 1 }
        let name = UUID().uuidString
        // Both kinds of channel.
        let commands: [RoomCommand] = [
            .emit(RoomEmission(event: name, payload: "1", rooms: [Room(rawValue: "room")])),
            .join(members: [Room(rawValue: name)], rooms: [Room(rawValue: "b")]),
        ]
        try await outside.bus.publish(commands)
        var heard: [RoomCommand] = []
        for await command in stream {
            heard.append(command)
            if heard.count == commands.count { break }
        }
        #expect(heard == commands)
        try await outside.release()
    }
}
