import Foundation
import MsgKit
import Testing

@testable import RedisBackend

/// JSON that goes through MessagePack comes back as the same text.
struct JSONRoundTripTests {
    private func roundTrip(_ json: String) throws -> String {
        var writer = MessagePackWriter()
        try JSONPacker.write(json, into: &writer)
        var reader = MessagePackReader(writer.bytes)
        var transcriber = MessagePackJSON()
        let text = try transcriber.text(of: &reader)
        #expect(reader.isAtEnd)
        return text
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-1", "127", "128", "-32", "-33", "-128", "-129", "32767", "32768", "65535",
        "65536",
        "4294967295", "4294967296", "-2147483648", "-2147483649", "9223372036854775807", "-9223372036854775808", "0.5",
        "-2.5", "1e+300", "[]", "{}", #""""#, #""\b\t\n\f\r\"\\\u0000\u001f/""#, #""Ünï 🫖 日本""#,
        #"{"a":[1,{"b":null},"c"],"":{}}"#,
        "[\((0..<15).map(String.init).joined(separator: ","))]",
        "[\((0..<16).map(String.init).joined(separator: ","))]",
        "[\((0..<70_000).map(String.init).joined(separator: ","))]",
        "{\((0..<20).map { "\"\($0)\":\($0)" }.joined(separator: ","))}",
        "\"\(String(repeating: "x", count: 31))\"", "\"\(String(repeating: "x", count: 32))\"",
        "\"\(String(repeating: "x", count: 256))\"", "\"\(String(repeating: "x", count: 65_536))\"",
    ])
    func same(_ json: String) throws {
        #expect(try roundTrip(json) == json)
    }

    @Test(arguments: [
        (" [ 1 , 2 ] ", "[1,2]"), ("1.0", "1"), ("1e3", "1000"), (#""\u00fc\/""#, #""ü/""#),
        (#""\ud83e\uded6""#, #""🫖""#), (#""\ud83e""#, "\"\u{fffd}\""), (#""\ud83ex""#, "\"\u{fffd}x\""),
        ("18446744073709551616", "1.8446744073709552e+19"),
    ])
    func brought(_ json: String, to expected: String) throws {
        #expect(try roundTrip(json) == expected)
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1", "[1,", "[1,]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{1:2}", "nul", "truex",
        "1 2",
        #"""#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, "-", "+1e", "]", "\u{0}",
    ])
    func whatIsNoJSONIsRefused(_ json: String) {
        #expect(throws: MsgError.self) { try roundTrip(json) }
    }

    @Test func nestingHasAnEnd() {
        let depth = MessagePackJSON.maximumDepth
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try roundTrip(nested(depth)) }
        #expect(throws: MsgError.self) { try roundTrip(nested(depth + 1)) }
    }

    @Test func placeholdersBecomeBytes() throws {
        var writer = MessagePackWriter()
        let json = #"[{"_placeholder":true,"num":1},{"_placeholder":true},{"num":0,"_placeholder":true}]"#
        try JSONPacker.write(json, attachments: [Data([1]), Data([2, 3])], into: &writer)
        #expect(writer.bytes.starts(with: [0x93, 0xc4, 2, 2, 3, 0x81]))
        #expect(throws: MsgError.self) {
            try JSONPacker.write(#"{"_placeholder":true,"num":7}"#, attachments: [Data()], into: &writer)
        }
    }
}
