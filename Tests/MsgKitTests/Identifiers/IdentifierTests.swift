import Foundation
import MsgKit
import Testing

struct IdentifierTests {
    @Test func textAndBytesAreReadBack() throws {
        let id = try #require(User.ID("65f1a2b3c4d5e6f708192a3b"))
        #expect(id.high == 0x65f1_a2b3_c4d5_e6f7)
        #expect(id.low == 0x0819_2a3b)
        #expect(id.bytes == [0x65, 0xf1, 0xa2, 0xb3, 0xc4, 0xd5, 0xe6, 0xf7, 0x08, 0x19, 0x2a, 0x3b])
        #expect(id.description == "65f1a2b3c4d5e6f708192a3b")
        #expect(User.ID(bytes: id.bytes) == id)
        #expect(User.ID("65F1A2B3C4D5E6F708192A3B") == id)
    }

    @Test func leadingZerosAreKept() {
        let id = User.ID(high: 0, low: 1)
        #expect(id.description == "000000000000000000000001")
        #expect(User.ID(id.description) == id)
    }

    @Test(arguments: [
        "", "0", "65f1a2b3c4d5e6f708192a3", "65f1a2b3c4d5e6f708192a3b0", "65f1a2b3c4d5e6f708192a3g",
        " 65f1a2b3c4d5e6f708192a3b", "65f1a2b3-c4d5e6f708192a3b", "+5f1a2b3c4d5e6f708192a3b",
        "６5f1a2b3c4d5e6f708192a3b", "65f1a2b3c4d5e6f708192a3b\u{0}", "65f1a2b3c4d5e6f708192a3e\u{301}",
    ])
    func whatIsNotTwentyFourHexDigitsIsNoId(text: String) {
        #expect(User.ID(text) == nil)
    }

    @Test(arguments: [0, 1, 11, 13, 24])
    func onlyTwelveBytesAreAnId(count: Int) {
        #expect(User.ID(bytes: [UInt8](repeating: 7, count: count)) == nil)
    }

    @Test func orderIsThatOfBytesAndOfText() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let ids = (0..<500).map { _ in
            User.ID(
                high: UInt64.random(in: 0...3, using: &generator) << 62,
                low: UInt32.random(in: 0...4, using: &generator))
        }
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
        #expect(ids.sorted().map(\.bytes) == ids.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func everyRandomIdIsReadBack() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let id = Message.ID(high: generator.next(), low: UInt32(truncatingIfNeeded: generator.next()))
            #expect(Message.ID(id.description) == id)
            #expect(Message.ID(bytes: id.bytes) == id)
        }
    }

    @Test func jsonIsTheText() throws {
        let id = User.ID(high: 10, low: 11)
        let data = try JSONEncoder().encode([id])
        #expect(String(decoding: data, as: UTF8.self) == #"["000000000000000a0000000b"]"#)
        #expect(try JSONDecoder().decode([User.ID].self, from: data) == [id])
    }

    @Test(arguments: [#"["zz"]"#, "[7]", "[null]", "[{}]"])
    func otherJSONIsRefused(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([User.ID].self, from: Data(text.utf8)) }
    }
}
