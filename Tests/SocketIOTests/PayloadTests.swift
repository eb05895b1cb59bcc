import Foundation
import NIOCore
import Synchronization
import Testing

@testable import SocketIO

struct PayloadTests {
    private let codec = JSONCodec(configuration: SocketIOConfiguration())

    private func arguments(_ json: String..., attachments: [[UInt8]] = []) -> EventArguments {
        EventArguments(
            json: json.map { ByteBuffer(string: $0) }, attachments: attachments.map { ByteBuffer(bytes: $0) },
            codec: codec)
    }

    private struct Send: Codable, Equatable {
        var content: String
        var clientMessageId: String?
    }

    @Test func typedArguments() throws {
        let given = arguments(#"{"content":"hé","extra":1}"#, "7", #""text""#, "null")
        #expect(given.count == 4)
        #expect(try given.decode(Send.self) == Send(content: "hé"))
        #expect(try given.decode(Int.self, at: 1) == 7)
        #expect(try given.decode(String.self, at: 2) == "text")
        #expect(try given.decode(String?.self, at: 3) == nil)
        #expect(given.raw(at: 1).map { String(buffer: $0) } == "7")
        #expect(throws: SocketIOError.missingArgument(4)) { try given.decode(Int.self, at: 4) }
        #expect(throws: SocketIOError.missingArgument(-1)) { try given.decode(Int.self, at: -1) }
        #expect(throws: DecodingError.self) { try given.decode(Int.self, at: 0) }
        #expect(given.raw(at: 9) == nil)
    }

    @Test func textThatIsNoUnicodeIsAnError() {
        #expect(throws: DecodingError.self) { try arguments(#"{"content":"\ud800"}"#).decode(Send.self) }
    }

    @Test func anyShape() throws {
        let value = try arguments(#"{"a":[1,-2.5,true,null,"x",{}],"big":1e20}"#).value()
        #expect(
            value
                == .object([
                    "a": .array([.integer(1), .number(-2.5), .bool(true), .null, .string("x"), .object([:])]),
                    "big": .number(1e20),
                ]))
        let again = try codec.encode(value)
        #expect(try codec.decode(SocketIOValue.self, from: again.arguments[0], attachments: []) == value)
    }

    @Test func attachmentsAtAnyDepth() throws {
        struct File: Decodable {
            var name: String
            var parts: [Binary]
        }
        let given = arguments(
            #"{"name":"n","parts":[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]}"#,
            attachments: [[1, 2], [3]])
        #expect(try given.decode(File.self).parts == [Binary([3]), Binary([1, 2])])
        #expect(
            try given.value()
                == .object(["name": .string("n"), "parts": .array([.binary(Binary([3])), .binary(Binary([1, 2]))])]))
    }

    @Test(arguments: ["2", "-1", "1000000"])
    func missingAttachmentIsAnError(number: String) {
        let given = arguments(#"{"_placeholder":true,"num":\#(number)}"#, attachments: [[1]])
        #expect(throws: SocketIOError.self) { try given.decode(Binary.self) }
        #expect(throws: SocketIOError.self) { try given.value() }
    }

    @Test func placeholderWithoutAttachmentsIsAnObject() throws {
        let given = arguments(#"{"_placeholder":true,"num":0}"#)
        #expect(try given.value() == .object(["_placeholder": .bool(true), "num": .integer(0)]))
        #expect(throws: DecodingError.self) { try given.decode(Binary.self) }
    }

    /// Counts keys instead of time: a decoder hands each of them to its strategy whenever an object is opened.
    @Test func placeholdersInPlaceholdersAreReadOnce() throws {
        let counter = KeyCounter()
        var configuration = SocketIOConfiguration()
        configuration.makeDecoder = {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .custom { counter.count($0) }
            return decoder
        }
        let depth = 12
        let json = String(repeating: #"{"_placeholder":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        _ = try JSONCodec(configuration: configuration).decode(
            SocketIOValue.self, from: ByteBuffer(string: json), attachments: [ByteBuffer()])
        #expect(counter.total <= 4 * depth)
    }

    @Test func binaryInOtherJSONIsBase64() throws {
        let json = try JSONEncoder().encode([Binary([1, 2, 3])])
        #expect(String(decoding: json, as: UTF8.self) == #"["AQID"]"#)
        #expect(try JSONDecoder().decode([Binary].self, from: json) == [Binary([1, 2, 3])])
    }

    @Test func datesHaveMilliseconds() throws {
        let date = Date(timeIntervalSince1970: 1_700_000_000.25)
        let json = try codec.encode(date).arguments[0]
        #expect(String(buffer: json) == #""2023-11-14T22:13:20.250Z""#)
        #expect(try codec.decode(Date.self, from: json, attachments: []) == date)
        let whole = ByteBuffer(string: #""2023-11-14T22:13:20Z""#)
        #expect(try codec.decode(Date.self, from: whole, attachments: []) == Date(timeIntervalSince1970: 1_700_000_000))
    }
}

private final class KeyCounter: Sendable {
    private let keys = Atomic(0)

    var total: Int { keys.load(ordering: .relaxed) }

    func count(_ path: [any CodingKey]) -> any CodingKey {
        keys.add(1, ordering: .relaxed)
        return path[path.count - 1]
    }
}
