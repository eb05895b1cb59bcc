import Foundation
import MsgKit
import Testing

@testable import MongoDBBackend

/// What is written is read back, and nothing that a server may send traps the process.
@Suite struct BSONTests {
    private static let everything: BSONDocument = [
        "null": .null, "true": true, "false": false, "int32": .int32(.min), "int64": .int64(.max),
        "double": .double(-0.5), "string": "e\u{301} \u{1F469}\u{200D}\u{1F467} \0 end", "empty": "",
        "date": .date(-1), "id": .objectID(0x0102_0304_0506_0708, 0x090A_0B0C),
        "timestamp": .timestamp(BSONTimestamp(seconds: .max, increment: 7)), "regex": .regex("a\\.b"),
        "binary": .binary([0, 1, 0xFF]), "nothing": .binary([]),
        "array": [1, "two", [.null], [:]], "document": ["a": ["b": ["c": 1]]], "": "no name",
    ]

    @Test func whatIsWrittenIsReadBack() throws {
        let bytes = try BSONEncoder.encode(Self.everything)
        let read = try bytes.withUnsafeBytes { try BSONDecoder.decode($0) }
        #expect(read == Self.everything)
        let handed = try Self.everything.withBSON { try BSONDecoder.decode($0) }
        #expect(handed == Self.everything)
    }

    @Test func theBytesAreThoseOfTheFormat() throws {
        let id = try #require(Identifier<User>("0102030405060708090a0b0c"))
        let bytes = try BSONEncoder.encode(["_id": .id(id), "n": 1, "s": "ab"])
        let expected: [UInt8] =
            [39, 0, 0, 0, 7] + Array("_id\0".utf8) + Array(1...12) + [16] + Array("n\0".utf8) + [1, 0, 0, 0, 2]
            + Array("s\0".utf8) + [3, 0, 0, 0] + Array("ab\0".utf8) + [0]
        #expect(bytes == expected)
    }

    @Test func namesAndPatternsWithNULAreRefused() {
        #expect(throws: BSONError.nulInName) { try BSONEncoder.encode(["a\0b": 1]) }
        #expect(throws: BSONError.nulInName) { try BSONEncoder.encode(["a": .regex("\0")]) }
    }

    @Test func documentsThatEndTooSoonAreRefused() throws {
        let bytes = try BSONEncoder.encode(Self.everything)
        for length in bytes.indices {
            #expect(throws: BSONError.self) {
                try bytes.prefix(length).withUnsafeBytes { try BSONDecoder.decode($0) }
            }
        }
    }

    @Test func brokenBytesAreReadOrRefused() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("Broken BSON is made from seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let bytes = try BSONEncoder.encode(Self.everything)
        for _ in 0..<50_000 {
            var broken = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                broken[Int.random(in: broken.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            _ = try? broken.withUnsafeBytes { try BSONDecoder.decode($0) }
        }
    }

    @Test func documentsInDocumentsHaveALimit() throws {
        var deep: BSONDocument = [:]
        for _ in 0..<500 { deep = ["d": .document(deep)] }
        let bytes = try BSONEncoder.encode(deep)
        #expect(throws: BSONError.tooDeep) { try bytes.withUnsafeBytes { try BSONDecoder.decode($0) } }
    }

    @Test func typesThatNobodyUsesAreStepped() throws {
        // Binary, undefined, code, symbol, decimal, minimum and maximum key, each followed by the others.
        var body: [UInt8] = []
        func add(_ type: UInt8, _ value: [UInt8]) { body += [type, UInt8(ascii: "x"), 0] + value }
        add(0x05, [2, 0, 0, 0, 0, 9, 9])
        add(0x06, [])
        add(0x0D, [2, 0, 0, 0, 65, 0])
        add(0x0E, [1, 0, 0, 0, 0])
        add(0x0F, [15, 0, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0])
        add(0x13, Array(repeating: 1, count: 16))
        add(0xFF, [])
        add(0x7F, [])
        add(0x10, [42, 0, 0, 0])
        let bytes = [UInt8(body.count + 5), 0, 0, 0] + body + [0]
        let document = try bytes.withUnsafeBytes { try BSONDecoder.decode($0) }
        #expect(document.fields.count == 9)
        #expect(document.fields.last?.value == 42)
    }

    @Test func aFieldOfAnotherTypeIsNamedAndNotShown() throws {
        let document: BSONDocument = ["_id": .objectID(1, 2), "username": 5, "email": "secret@example.org"]
        do {
            _ = try User(document)
            Issue.record("a number was taken for a name")
        } catch let error as MsgError {
            #expect(error.code == .internalError)
            let cause = try #require(error.cause as? DamagedDocument)
            #expect(cause.collection == "users" && cause.field == "username")
            #expect(cause.id == "000000000000000100000002")
            #expect(!error.debugDescription.contains("secret"))
        }
    }
}
