import Foundation
import MsgKit
import Testing

/// How a body that is no job is shown.
struct UnreadableJobTests {
    private static func beginning(_ bytes: [UInt8], of size: Int? = nil) -> String {
        UnreadableJob(
            id: Identifier(high: 1, low: 1), body: Data(bytes), size: size ?? bytes.count
        ).beginning
    }

    @Test(arguments: [
        (Array("hello".utf8), "hello"), ([0xff, 0x00, 0x0a], #"\xff\x00\n"#), (Array("a\\b".utf8), #"a\\b"#),
        (Array("\u{1B}[2J".utf8), #"\x1b[2J"#), (Array("ü".utf8), #"\xc3\xbc"#), ([], ""),
    ])
    func nothingOfItMovesACursor(_ bytes: [UInt8], _ shown: String) {
        #expect(Self.beginning(bytes) == shown)
    }

    @Test func aLongOneIsCut() {
        let bytes = [UInt8](repeating: 0x61, count: 1000)
        #expect(Self.beginning(bytes) == String(repeating: "a", count: UnreadableJob.maximumShown) + "…")
        #expect(Self.beginning(Array(bytes.prefix(10)), of: 1000) == "aaaaaaaaaa…")
    }
}
