import MsgKit
import NIOCore
import Testing

@testable import RedisBackend

struct ReplyParserTests {
    private func parse(_ text: String, step: Int? = nil, maximum: Int = 1 << 20) throws -> [RedisValue] {
        let parser = try RedisReplyParser(maximumSize: maximum)
        let bytes = Array(text.utf8)
        var values: [RedisValue] = []
        for start in stride(from: 0, to: bytes.count, by: step ?? max(bytes.count, 1)) {
            let slice = bytes[start..<min(start + (step ?? bytes.count), bytes.count)]
            try parser.parse(ByteBuffer(bytes: slice)) { values.append($0) }
        }
        return values
    }

    private static let everyKind =
        "+OK\r\n-ERR no\r\n:-42\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n*3\r\n:1\r\n*2\r\n$1\r\nx\r\n*0\r\n+y\r\n:7\r\n"
    private static let expected: [RedisValue] = [
        .status("OK"), .error("ERR no"), .integer(-42), .bytes(Array("a\r\nbc".utf8)), .bytes([]), .null, .null,
        .array([]), .array([.integer(1), .array([.bytes([120]), .array([])]), .status("y")]), .integer(7),
    ]

    @Test(arguments: [nil, 1, 2, 3, 7])
    func repliesInPieces(_ step: Int?) throws {
        #expect(try parse(Self.everyKind, step: step) == Self.expected)
    }

    @Test func manySmallRepliesInOneRead() throws {
        let count = 100_000
        let values = try parse(String(repeating: ":1\r\n", count: count))
        #expect(values.count == count)
    }

    @Test(arguments: [
        "?\r\n", "\r\n", "OK\r\n", ":x\r\n", ":99999999999999999999\r\n", "$-2\r\n", "$x\r\n", "*-2\r\n",
        "*99999999999\r\n", "*1\r\n?\r\n", "HTTP/1.1 400 Bad Request\r\n",
    ])
    func whatNoRedisSends(_ text: String) {
        #expect(throws: RedisFailure.self) { try parse(text) }
    }

    @Test func sevenLevelsAreRead() throws {
        let seven = String(repeating: "*1\r\n", count: 7) + ":1\r\n"
        #expect(try parse(seven).count == 1)
        #expect(throws: RedisFailure.self) { try parse("*1\r\n*1\r\n" + seven) }
    }

    @Test(arguments: [
        "endless bytes", "array of many", "array beyond the maximum", "endless line", "endless count", "sum",
    ])
    func tooMuchIsRefused(_ what: String) throws {
        let filler = String(repeating: "x", count: 70_000)
        let texts = [
            "endless bytes": "$9223372036854775807\r\n" + filler, "array of many": "*2147483647\r\n",
            "array beyond the maximum": "*100000\r\n", "endless line": "+" + filler,
            "endless count": "$" + String(repeating: "1", count: 70_000),
            "sum": "*3\r\n" + String(repeating: "$2000\r\n\(filler.prefix(2_000))\r\n", count: 3),
        ]
        let text = try #require(texts[what])
        // A maximum that an endless line meets late.
        let maximum = what.hasPrefix("endless") ? 69_000 : 4_096
        #expect(throws: RedisFailure.self) { try parse(text, step: 1_000, maximum: maximum) }
    }

    @Test(arguments: 0..<8)
    func changedBytes(_ round: Int) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        print("ReplyParserTests seed \(seed)")
        for _ in 0..<3_000 {
            var bytes = Array(Self.everyKind.utf8)
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: index)
                default:
                    bytes.insert(contentsOf: Array("*$:+-09\r\n".utf8).shuffled(using: &random).prefix(2), at: index)
                }
            }
            let parser = try RedisReplyParser(maximumSize: 1 << 16)
            let step = Int.random(in: 1...bytes.count, using: &random)
            for start in stride(from: 0, to: bytes.count, by: step) {
                do {
                    try parser.parse(ByteBuffer(bytes: bytes[start..<min(start + step, bytes.count)])) { _ in }
                } catch {
                    break
                }
            }
        }
    }

    @Test func commandsHoldAnyBytes() throws {
        var command = RedisCommand("SET", "k\r\n")
        command.append([0, 255, 13, 10])
        command.append("")
        var buffer = ByteBuffer()
        try command.write(into: &buffer)
        #expect(
            Array(buffer.readableBytesView)
                == Array("*4\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$4\r\n".utf8) + [0, 255, 13, 10]
                + Array("\r\n$0\r\n\r\n".utf8))
    }
}
