import Foundation
import MsgKit
import Testing

struct JSONValueTests {
    private func decode(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test(arguments: [
        ("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
        ("1", .integer(1)),
        ("-7", .integer(-7)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("1.5", .number(1.5)), ("9223372036854775808", .number(9_223_372_036_854_775_808)), (#""a""#, .string("a")),
        (#""\ud83d\ude00""#, .string("😀")), (#""\u0000""#, .string("\u{0}")), ("[]", .array([])), ("{}", .object([:])),
        (#"{"a":[1,null,{"b":"c"}]}"#, .object(["a": .array([.integer(1), .null, .object(["b": .string("c")])])])),
    ])
    func everyKindIsItself(text: String, value: JSONValue) throws {
        #expect(try decode(text) == value)
    }

    @Test(arguments: [
        "", "nul", "{", "[1", "[,1]", #"{"a"}"#, #""\ud800""#, #""\udc00x""#, "01", "NaN", "1e999", "'a'",
    ])
    func malformedTextIsRefused(text: String) {
        #expect(throws: (any Error).self) { try decode(text) }
    }

    @Test func randomValuesAreReadBack() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let value = random(depth: 4, using: &generator)
            let data = try JSONEncoder().encode(value)
            #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
        }
    }

    @Test func deepNestingIsReadOrRefusedButNeverTraps() throws {
        for depth in [10, 100, 400] {
            let value = try decode(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
            #expect(Self.depth(of: value) == depth)
        }
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            #expect(throws: (any Error).self) {
                try decode(String(repeating: open, count: 100_000) + "1" + String(repeating: close, count: 100_000))
            }
        }
    }

    private static func depth(of value: JSONValue) -> Int {
        guard case .array(let items) = value else { return 0 }
        return 1 + (items.map { depth(of: $0) }.max() ?? 0)
    }

    private func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64(truncatingIfNeeded: generator.next()))
        case 3: return .number(Double.random(in: -1e6..<1e6, using: &generator) + 0.123)
        case 4: return .string(String((0..<3).map { _ in "aä\u{0}\"\\😀\n世".randomElement(using: &generator) ?? "a" }))
        case 5: return .array((0..<3).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            let pairs = (0..<3).map { ("key\($0)", random(depth: depth - 1, using: &generator)) }
            return .object(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
        }
    }
}
