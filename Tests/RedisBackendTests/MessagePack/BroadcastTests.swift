import Foundation
import MsgKit
import Testing

@testable import RedisBackend

/// The wire form of Socket.IO's Redis adapter and emitter, byte for byte.
struct BroadcastTests {
    /// `emitter.to("r1").emit("hi", 1)` of @socket.io/redis-emitter 5.
    private static let golden = bytes(
        """
        93 a7 656d6974746572 83 a4 74797065 02 a4 64617461 92 a2 6869 01 a3 6e7370 a1 2f 83 a5 726f6f6d73 91 a2 7231
        a5 666c616773 80 a6 657863657074 90
        """)

    @Test func anEmissionIsWhatTheEmitterSends() throws {
        let emission = RoomEmission(event: "hi", payload: "1", rooms: [Room(rawValue: "r1")])
        let rooms = try #require(WireRooms(emission.rooms, except: []))
        #expect(try Broadcast.encode(emission, to: rooms, from: "emitter") == Self.golden)
        #expect(Self.golden.count == 58)
        #expect(BusChannels(key: "socket.io").broadcast(to: rooms.rooms) == "socket.io#/#r1#")
        #expect(Self.golden.starts(with: Broadcast.head(of: "emitter")))
    }

    @Test func whatTheEmitterSendsIsAnEmission() throws {
        let emission = try #require(try Broadcast.decode(Self.golden))
        #expect(emission == RoomEmission(event: "hi", payload: "1", rooms: [Room(rawValue: "r1")]))
    }

    @Test func whatIsVolatileSaysSoInItsFlags() throws {
        let emission = RoomEmission(
            event: "hi", arguments: ["1"], rooms: [Room(rawValue: "r1")], isVolatile: true)
        let rooms = try #require(WireRooms(emission.rooms, except: []))
        let wire = try Broadcast.encode(emission, to: rooms, from: "emitter")
        #expect(
            wire
                == Self.bytes(
                    """
                    93 a7 656d6974746572 83 a4 74797065 02 a4 64617461 92 a2 6869 01 a3 6e7370 a1 2f 83 a5 726f6f6d73 91 a2 7231
                    a5 666c616773 81 a8 766f6c6174696c65 c3 a6 657863657074 90
                    """))
        #expect(try Broadcast.decode(wire) == emission)
    }

    @Test func everybodyIsNoRoomOnTheWire() throws {
        let everyone = try #require(WireRooms([.everyone, Room(rawValue: "a")], except: [Room(rawValue: "b")]))
        #expect(everyone == WireRooms(rooms: [], except: ["b"]))
        #expect(everyone.selected.rooms == [.everyone])
        #expect(BusChannels(key: "k").broadcast(to: everyone.rooms) == "k#/#")
        #expect(WireRooms([], except: []) == nil, "nobody")
        #expect(WireRooms([.everyone], except: [.everyone]) == nil, "nobody")
        #expect(WireRooms(rooms: [""], except: []).selected.rooms == [], "a nameless room of a peer is not everybody")
    }

    @Test func thePatternTakesTheKeyLiterally() {
        #expect(BusChannels(key: "a*[b]\\").broadcastPattern == "a\\*\\[b\\]\\\\#/#*")
    }

    /// Packets as they may come, with what they mean.
    @Test(arguments: [
        // uid nil, type 2, no nsp, options nil.
        (
            "93 c0 82 a4 74797065 02 a4 64617461 91 a1 61 c0",
            RoomEmission(event: "a", arguments: [], rooms: [.everyone])
        ),
        // No options at all; the event is a number.
        ("92 a1 78 81 a4 64617461 91 07", RoomEmission(event: "7", arguments: [], rooms: [.everyone])),
        // Numeric rooms, nil except, flags with a map in it.
        (
            "93 a1 78 81 a4 64617461 91 a1 61 83 a5 726f6f6d73 92 01 a1 62 a6 657863657074 c0 a5 666c616773 81 a8 766f6c6174696c65 c3",
            RoomEmission(
                event: "a", arguments: [], rooms: [Room(rawValue: "1"), Room(rawValue: "b")], isVolatile: true)
        ),
        // notepack 3: timestamp; notepack 2: undefined, Date, ArrayBuffer.
        (
            "92 a1 78 81 a4 64617461 95 a1 61 d6 ff 697deec0 d4 00 00 d7 00 0000019c13ec9e40 c7 02 00 0102",
            RoomEmission(
                event: "a",
                arguments: [
                    #""2026-01-31T12:00:00.000Z""#, "null", #""2026-01-31T12:00:00.064Z""#,
                    #"{"_placeholder":true,"num":0}"#,
                ], attachments: [Data([1, 2])], rooms: [.everyone])
        ),
        // Every width of a number, and what JSON has none for.
        (
            "92 a1 78 81 a4 64617461 9e a1 61 7f e0 cc ff cd ffff ce ffffffff cf ffffffffffffffff d0 80 d1 8000 d2 80000000 d3 8000000000000000 ca 3fc00000 cb 7ff0000000000000 cb 4059000000000000",
            RoomEmission(
                event: "a",
                arguments: [
                    "127", "-32", "255", "65535", "4294967295", "18446744073709551615", "-128", "-32768", "-2147483648",
                    "-9223372036854775808", "1.5", "null", "100",
                ], rooms: [.everyone])
        ),
    ])
    func formsOfOtherEncoders(_ hex: String, _ expected: RoomEmission) throws {
        #expect(try Broadcast.decode(Self.bytes(hex)) == expected)
    }

    @Test(arguments: [
        // Another namespace; a packet that is no event.
        "92 a1 78 82 a4 64617461 91 a1 61 a3 6e7370 a2 2f61",
        "92 a1 78 82 a4 74797065 01 a4 64617461 91 a1 61",
        // No data.
        "92 a1 78 81 a4 74797065 02",
    ])
    func whatIsNotForUsIsPassedOver(_ hex: String) throws {
        #expect(try Broadcast.decode(Self.bytes(hex)) == nil)
    }

    @Test(arguments: [
        ("", MessagePackError.truncated), ("93", .badLength), ("01", .unexpected("no array")),
        // A length that what is left can't hold: array, map, text, bytes.
        ("dd ffffffff", .badLength), ("92 df 7fffffff", .badLength), ("92 db ffffffff", .badLength),
        ("92 c6 ffffffff", .badLength), ("92 c1", .truncated),
        ("92 a1 78 81 a4 64617461 92 a1 61 c1", .badType(0xc1)),
    ])
    func whatIsNoMessagePackIsRefused(_ hex: String, _ error: MessagePackError) {
        #expect(throws: (any Error).self) { try Broadcast.decode(Self.bytes(hex)) }
    }

    @Test func nestingHasAnEnd() {
        let head = Self.bytes("92 a1 78 81 a4 64617461 92 a1 61")
        let depth = MessagePackJSON.maximumDepth
        #expect(throws: Never.self) {
            try Broadcast.decode(head + [UInt8](repeating: 0x91, count: depth - 1) + [0xc0])
        }
        #expect(throws: MessagePackError.tooDeep) {
            try Broadcast.decode(head + [UInt8](repeating: 0x91, count: depth) + [0xc0])
        }
        #expect(throws: MessagePackError.tooDeep) {
            try Broadcast.decode(head + [UInt8](repeating: 0x91, count: 1_000_000) + [0xc0])
        }
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.filter(\.isHexDigit).compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
