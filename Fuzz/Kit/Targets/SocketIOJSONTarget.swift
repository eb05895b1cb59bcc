import Foundation
import NIOCore
import NIOFoundationCompat
import SocketIO

/// The JSON of a packet: what the scanner lets pass, and what becomes of it.
struct SocketIOJSONTarget: FuzzTarget {
    static let name = "socketio-json"
    static let inputsOfATest = 10_000
    static let grammar = Grammar(tokens: Grammar.json)

    private static let maxDepth = 64

    private let codec = JSONCodec(configuration: SocketIOConfiguration())
    private let attachments = [ByteBuffer(bytes: [1, 2, 3]), ByteBuffer()]

    func run(_ input: [UInt8]) throws {
        let json = ByteBuffer(string: String(decoding: input, as: UTF8.self))
        let isObject = (try? JSONScanner.checkObject(json, maxDepth: Self.maxDepth)) != nil
        let elements: [ByteBuffer]
        do {
            elements = try JSONScanner.elements(of: json, maxDepth: Self.maxDepth)
        } catch {
            if isObject { try checkValue(json) }
            return
        }
        try require(!isObject, "both an array and an object")
        try checkPlaces(of: elements, in: json)
        for element in elements { try checkValue(element) }
    }

    /// The elements lie in the text one behind the other, with nothing but space and one comma between two.
    private func checkPlaces(of elements: [ByteBuffer], in json: ByteBuffer) throws {
        var rebuilt = ByteBuffer(string: "[")
        for (index, element) in elements.enumerated() {
            try require(element.readableBytes > 0, "an element of nothing")
            if index > 0 { rebuilt.writeString(",") }
            rebuilt.writeImmutableBuffer(element)
        }
        rebuilt.writeString("]")
        try require(rebuilt.readableBytes <= json.readableBytes, "the elements are longer than the text")
        let again = try JSONScanner.elements(of: rebuilt, maxDepth: Self.maxDepth)
        try require(again == elements, "the elements do not come back")
    }

    /// An application may ask for any shape; what it gets can be sent again.
    private func checkValue(_ json: ByteBuffer) throws {
        for attachments in [[], attachments] {
            guard let value = try? codec.decode(SocketIOValue.self, from: json, attachments: attachments) else {
                continue
            }
            let encoded = try codec.encode(value)
            let again = try codec.decode(
                SocketIOValue.self, from: encoded.arguments[0], attachments: encoded.attachments)
            // Whoever sends what the scanner refuses loses the connection.
            _ = try JSONScanner.elements(of: encoded.inArray, maxDepth: .max)
            // Without attachments a placeholder is an object; it would not become one again if there were some.
            try require(again.normalized == value.normalized, "\(value) comes back as \(again)")
        }
        _ = try? codec.decode(Shape.self, from: json, attachments: attachments)
        _ = try? codec.decode([String: Date].self, from: json, attachments: [])
        _ = try? codec.decode(Binary.self, from: json, attachments: attachments)
        _ = try? codec.decode(UInt8.self, from: json, attachments: [])
    }

    /// A type such as an application has.
    private final class Shape: Decodable {
        let a: Shape?
        let num: Int?
        let parts: [Binary]?
        let rest: [String: SocketIOValue]?
    }
}

extension EncodedPayload {
    fileprivate var inArray: ByteBuffer {
        var array = ByteBuffer(string: "[")
        for argument in arguments { array.writeImmutableBuffer(argument) }
        array.writeString("]")
        return array
    }
}

extension SocketIOValue {
    /// A number without a fraction as an integer while a Double holds it exactly, and as a Double beyond: a large one that
    /// was read as a Double is written with digits that read as an integer.
    fileprivate var normalized: SocketIOValue {
        switch self {
        case .number(let value) where abs(value) <= 0x1p53: Int64(exactly: value).map(SocketIOValue.integer) ?? self
        case .integer(let value) where value.magnitude > 1 << 53: .number(Double(value))
        case .array(let values): .array(values.map(\.normalized))
        case .object(let members): .object(members.mapValues(\.normalized))
        case .null, .bool, .integer, .number, .string, .binary: self
        }
    }
}
