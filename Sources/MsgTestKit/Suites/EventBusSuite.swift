import Foundation
import MsgKit
import Testing

/// The rules of ``EventBus``.
public enum EventBusSuite {
    public static let all: [ConformanceCase<any BusUnderTest>] = [
        .init("commands of every kind arrive as they were published", kinds),
        .init("a publisher's commands arrive in their order", order),
        .init("commands reach every other process", everybody),
        .init("a process does not get its own commands", notOwn),
        .init("each publisher's commands are in order beside the others'", publishers),
        .init("what was published before a subscription began does not arrive", earlier),
        .init("publishing nothing, and publishing to nobody, is no error", nobody),
        .init("a subscription ends when its task is cancelled", cancellation),
    ]

    private static func command(_ number: Int, of publisher: String = "p") -> RoomCommand {
        .emit(RoomEmission(event: publisher, payload: "\(number)", rooms: [Room(rawValue: "room")]))
    }

    /// The next so many commands; fewer when they don't come within twenty seconds.
    private static func next(_ count: Int, of stream: AsyncStream<RoomCommand>) async throws -> [RoomCommand] {
        try await withThrowingTaskGroup(of: [RoomCommand]?.self) { group in
            group.addTask {
                var commands: [RoomCommand] = []
                for await command in stream {
                    commands.append(command)
                    if commands.count == count { break }
                }
                return commands
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(20))
                return nil
            }
            var result: [RoomCommand] = []
            for try await answer in group {
                group.cancelAll()
                if let answer { result = answer }
            }
            return result
        }
    }

    private static func kinds(_ backend: any BusUnderTest) async throws {
        let elsewhere = try await backend.another()
        let stream = try await elsewhere.bus.commands()
        let make = Fixtures()
        let rooms: [Room] = [.user(make.id()), .conversation(make.id()), .session(make.id()), .socket("Ab-_9")]
        let published: [RoomCommand] = [
            .emit(
                RoomEmission(
                    event: "message_received", payload: #"{"content":"Ünï \"🫖\" \u0000/"}"#, rooms: rooms,
                    except: [rooms[3]])),
            .emit(RoomEmission(event: "empty", payload: "null", rooms: [rooms[1]])),
            .emit(RoomEmission(event: "bare", arguments: [], rooms: [.everyone], except: [rooms[0]])),
            .emit(
                RoomEmission(
                    event: "bytes",
                    arguments: [
                        "1", #"{"a":[{"_placeholder":true,"num":0},-2.5]}"#, #"{"_placeholder":true,"num":1}"#,
                    ], attachments: [Data([0, 255, 10]), Data()], rooms: rooms)),
            .emit(RoomEmission(event: "no bytes", payload: #"{"_placeholder":true,"num":0}"#, rooms: rooms)),
            .join(members: [rooms[0]], rooms: [rooms[1], rooms[2]]),
            .join(members: [.everyone], except: [rooms[3], rooms[0]], rooms: [rooms[1]]),
            .leave(members: [rooms[0], rooms[3]], rooms: [rooms[1]]),
            .leave(members: [rooms[0]], except: [rooms[3]], rooms: [rooms[1]]),
            .disconnect(members: rooms),
            .disconnect(members: [.everyone], except: [rooms[2]]),
            .emit(
                RoomEmission(event: "long", payload: "\"\(String(repeating: "long ", count: 20_000))\"", rooms: rooms)),
        ]
        try await backend.bus.publish(published)
        #expect(try await next(published.count, of: stream) == published)
    }

    private static func order(_ backend: any BusUnderTest) async throws {
        let stream = try await backend.another().bus.commands()
        let commands = (0..<600).map { command($0) }
        var start = 0
        for size in [1, 2, 3, 1, 93, 500] {
            try await backend.bus.publish(Array(commands[start..<start + size]))
            start += size
        }
        #expect(try await next(600, of: stream) == commands)
    }

    private static func everybody(_ backend: any BusUnderTest) async throws {
        let others = [try await backend.another(), try await backend.another(), try await backend.another()]
        var streams: [AsyncStream<RoomCommand>] = []
        for other in others { streams.append(try await other.bus.commands()) }
        let commands = (0..<20).map { command($0) }
        try await backend.bus.publish(commands)
        for stream in streams { #expect(try await next(20, of: stream) == commands) }
    }

    private static func notOwn(_ backend: any BusUnderTest) async throws {
        let elsewhere = try await backend.another()
        // Both listen, so that what each publishes has somewhere to go.
        let (stream, other) = (try await backend.bus.commands(), try await elsewhere.bus.commands())
        for number in 0..<10 {
            try await backend.bus.publish([command(number, of: "own")])
            try await elsewhere.bus.publish([command(number, of: "other")])
        }
        #expect(try await next(10, of: stream) == (0..<10).map { command($0, of: "other") })
        #expect(try await next(10, of: other) == (0..<10).map { command($0, of: "own") })
    }

    private static func publishers(_ backend: any BusUnderTest) async throws {
        let stream = try await backend.bus.commands()
        let others = [try await backend.another(), try await backend.another(), try await backend.another()]
        _ = try await concurrently(others.count) { publisher in
            for number in 0..<50 {
                try await others[publisher].bus.publish([command(number, of: "publisher \(publisher)")])
            }
        }
        let commands = try await next(150, of: stream)
        #expect(commands.count == 150)
        for publisher in others.indices {
            let expected = (0..<50).map { command($0, of: "publisher \(publisher)") }
            #expect(commands.filter(expected.contains) == expected)
        }
    }

    private static func earlier(_ backend: any BusUnderTest) async throws {
        try await backend.bus.publish((0..<5).map { command($0, of: "early") })
        let stream = try await backend.another().bus.commands()
        try await backend.bus.publish([command(0, of: "late")])
        #expect(try await next(1, of: stream) == [command(0, of: "late")])
    }

    private static func nobody(_ backend: any BusUnderTest) async throws {
        try await backend.bus.publish([])
        try await backend.bus.publish([command(0)])
        let stream = try await backend.another().bus.commands()
        try await backend.bus.publish([])
        try await backend.bus.publish([command(1)])
        #expect(try await next(1, of: stream) == [command(1)])
    }

    private static func cancellation(_ backend: any BusUnderTest) async throws {
        let elsewhere = try await backend.another()
        let stream = try await elsewhere.bus.commands()
        let subscriber = Task {
            var count = 0
            for await _ in stream { count += 1 }
            return count
        }
        subscriber.cancel()
        #expect(await subscriber.value == 0)
        try await backend.bus.publish([command(0)])
    }
}
