import Foundation
import MsgKit
import Testing

@testable import RedisBackend

/// Whatever comes on the bus: it is read or refused, and nothing ends the process.
struct BusFuzzTests {
    private static let samples: [[UInt8]] = {
        let emission = RoomEmission(
            event: "message_received",
            arguments: [#"{"a":[1,-200,70000,1.5,null,true,"Ünï"],"b":{"_placeholder":true,"num":0}}"#, "[]"],
            attachments: [Data([1, 2, 3])], rooms: [Room(rawValue: "a"), Room(rawValue: "b")],
            except: [Room(rawValue: "c")])
        let rooms = WireRooms(rooms: ["a", "b"], except: ["c"])
        guard let broadcast = try? Broadcast.encode(emission, to: rooms, from: "somebody"),
            let answer = try? PeerResponse.answer("id", SocketAnswer(argument: "[1]"))
        else { return [] }
        let ask = Array(broadcast.dropFirst(1 + 9))
        var writer = MessagePackWriter()
        writer.writeMap(count: 5)
        for (key, value) in [("uid", "u"), ("requestId", "r")] {
            writer.write(key)
            writer.write(value)
        }
        writer.write("type")
        writer.write(Int64(7))
        writer.write("packet")
        return [
            broadcast, answer, writer.bytes + ask,
            Array(#"{"uid":"u","type":2,"opts":{"rooms":["a",1],"except":[]},"rooms":["c"]}"#.utf8),
            BroadcastTests.bytes("92a17881a46461746195a161d6ff697de1e0d40000d7000000019c13d7f840c702000102"),
        ]
    }()

    @Test(arguments: 0..<8)
    func changedBytes(_ round: Int) {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        print("BusFuzzTests seed \(seed)")
        #expect(!Self.samples.isEmpty)
        for _ in 0..<4_000 {
            guard var bytes = Self.samples.randomElement(using: &random) else { return }
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                guard let index = bytes.indices.randomElement(using: &random) else { break }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.removeSubrange(index...)
                default: bytes.insert(UInt8.random(in: 0x80 ... .max, using: &random), at: index)
                }
            }
            read(bytes)
        }
    }

    @Test func everyTruncation() {
        for sample in Self.samples {
            for count in 0...sample.count { read(Array(sample.prefix(count))) }
        }
    }

    @Test func noise() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        print("BusFuzzTests seed \(seed)")
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<64, using: &random)
            read((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        }
    }

    private func read(_ bytes: [UInt8]) {
        if let emission = try? Broadcast.decode(bytes) {
            // What was taken can be sent on.
            for argument in emission.arguments {
                var writer = MessagePackWriter()
                #expect(throws: Never.self) {
                    try JSONPacker.write(argument, attachments: emission.attachments, into: &writer)
                }
            }
        }
        _ = try? PeerRequest(bytes, ownID: "own")
        var reader = MessagePackReader(bytes)
        try? reader.skip()
        #expect(reader.position <= bytes.count)
    }
}
