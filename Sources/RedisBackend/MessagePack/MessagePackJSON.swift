import Foundation
import MsgKit

/// Writes values of MessagePack as JSON text, as JavaScript would: bytes become attachments and leave placeholders,
/// instants become text, what JSON can't say becomes null.
struct MessagePackJSON {
    /// As deep as the sockets' own packets may be.
    static let maximumDepth = 64
    static let maximumAttachments = 1_000

    private(set) var attachments: [Data] = []
    private var json: [UInt8] = []

    /// The next value of a reader as JSON text.
    mutating func text(of reader: inout MessagePackReader) throws(MessagePackError) -> String {
        json.removeAll(keepingCapacity: true)
        try write(&reader, depth: 0)
        return String(decoding: json, as: UTF8.self)
    }

    private mutating func write(_ reader: inout MessagePackReader, depth: Int) throws(MessagePackError) {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        switch try reader.next() {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .unsigned(let value): append(String(value))
        case .number(let value): append(value)
        case .string(let range): append(quoted: reader.bytes[range])
        case .binary(let range): try attach(reader.bytes[range])
        case .array(let count):
            json.append(UInt8(ascii: "["))
            for index in 0..<count {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                try write(&reader, depth: depth + 1)
            }
            json.append(UInt8(ascii: "]"))
        case .map(let count): try writeMap(count, &reader, depth: depth)
        case .extended(let type, let range, let isFixed):
            try write(MessagePackExtension(type: type, bytes: reader.bytes[range], isFixed: isFixed))
        }
    }

    private mutating func writeMap(
        _ count: Int, _ reader: inout MessagePackReader, depth: Int
    ) throws(MessagePackError) {
        json.append(UInt8(ascii: "{"))
        for index in 0..<count {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            switch try reader.next() {
            case .string(let range): append(quoted: reader.bytes[range])
            case .integer(let key): append("\"\(key)\"")
            case .unsigned(let key): append("\"\(key)\"")
            default: throw .unexpected("a key that is no text")
            }
            json.append(UInt8(ascii: ":"))
            try write(&reader, depth: depth + 1)
        }
        json.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ value: MessagePackExtension) throws(MessagePackError) {
        switch value {
        case .instant(let date): append("\"\(date.iso8601)\"")
        case .bytes(let bytes): try attach(bytes)
        case .undefined, .other: append("null")
        }
    }

    private mutating func attach(_ bytes: ArraySlice<UInt8>) throws(MessagePackError) {
        guard attachments.count < Self.maximumAttachments else { throw .tooManyAttachments }
        append(#"{"_placeholder":true,"num":\#(attachments.count)}"#)
        attachments.append(Data(bytes))
    }

    private mutating func append(_ text: String) { json.append(contentsOf: text.utf8) }

    private mutating func append(_ value: Double) {
        if !value.isFinite {
            append("null")
        } else if let integer = Int64(exactly: value), abs(value) < 9_007_199_254_740_992 {
            append(String(integer))
        } else {
            append(value.description)
        }
    }

    private mutating func append(quoted text: ArraySlice<UInt8>) {
        json.append(UInt8(ascii: "\""))
        var plain = text.startIndex
        for index in text.indices where text[index] < 0x20 || text[index] == 0x22 || text[index] == 0x5c {
            json.append(contentsOf: text[plain..<index])
            plain = index + 1
            append(escape: text[index])
        }
        json.append(contentsOf: text[plain...])
        json.append(UInt8(ascii: "\""))
    }

    private mutating func append(escape byte: UInt8) {
        switch byte {
        case 0x08: append(#"\b"#)
        case 0x09: append(#"\t"#)
        case 0x0a: append(#"\n"#)
        case 0x0c: append(#"\f"#)
        case 0x0d: append(#"\r"#)
        case 0x22: append(#"\""#)
        case 0x5c: append(#"\\"#)
        default:
            append(byte < 0x10 ? #"\u000"# : #"\u00"#)
            append(String(byte, radix: 16))
        }
    }
}
