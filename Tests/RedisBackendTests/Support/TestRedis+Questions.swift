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

    /// What health says.
    func takesWrites() async throws -> Bool {
        do {
            try await backend.probe.probe()
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
    /// - Parameter near: another process's is opened where this one's is; on the server of all tests when nil.
    func hears(on stream: AsyncStream<RoomCommand>, through near: TestRedis? = nil) async throws {
        let outside = if let near { try await near.another() } else { try await Self.outside(options) }
        let name = UUID().uuidString
        // Both kinds of channel, again and again: what is published before it listens is lost.
        let publisher = Task {
            for number in 0... {
                try await outside.bus.publish([
                    .emit(RoomEmission(event: name, payload: "\(number)", rooms: [Room(rawValue: "room")])),
                    .join(members: [Room(rawValue: name)], rooms: [Room(rawValue: "\(number)")]),
                ])
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        var emitted: String?
        for await command in stream {
            if case .emit(let emission) = command, emission.event == name { emitted = emission.arguments.first }
            if case .join([Room(rawValue: name)], _, let rooms) = command, rooms.first?.rawValue == emitted { break }
        }
        publisher.cancel()
        #expect(emitted != nil)
        try await outside.release()
    }
}
