import Foundation
import NIOCore
import NIOFoundationCompat
import Testing

@testable import SocketIO

/// Objects of strings that are read without a decoder.
struct PlainStringsTests {
    @Test(arguments: [
        "{}", #"{"a":"b"}"#, #"{ "a" : "b" , "c":"" } "#, #"{"":"/"}"#, #"{"ключ":"🫖 Straße"}"#,
        "{\"a\":\"\u{2028}\"}",
    ])
    func theyAreWhatADecoderReads(text: String) throws {
        let decoded = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        #expect(JSONScanner.plainStrings(of: ByteBuffer(string: text)) == decoded)
    }

    @Test(arguments: [
        "", "{", "{}x", "[]", #""a""#, "null", #"{"a"}"#, #"{"a":}"#, #"{"a":1}"#, #"{"a":null}"#, #"{"a":{}}"#,
        #"{"a":["b"]}"#,
        #"{"a":"b",}"#, #"{"a":"b""#, #"{"a":"b"#, #"{"a":"b"}}"#, #"{"a":"\n"}"#, #"{"\u0061":"b"}"#, "{\"a\":\"\n\"}",
        #"{"a":"b","a":"c"}"#, #"{"a":"b" "c":"d"}"#,
    ])
    func anythingElseIsLeftToTheDecoder(text: String) {
        #expect(JSONScanner.plainStrings(of: ByteBuffer(string: text)) == nil)
    }
}
