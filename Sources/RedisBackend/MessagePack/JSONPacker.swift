import Foundation
import MsgKit

/// Writes JSON texts as MessagePack without building values in between, as JavaScript's encoders would.
struct JSONPacker {
    private static let maximumDepth = MessagePackJSON.maximumDepth

    private let text: [UInt8]
    private var position = 0
    private let attachments: [Data]

    /// Writes one JSON text behind what a writer has. Placeholders become the bytes of the attachments.
    /// - Throws: ``MsgKit/ErrorCode/internalError`` when the text is no JSON.
    static func write(_ json: String, attachments: [Data] = [], into writer: inout MessagePackWriter) throws {
        var packer = JSONPacker(text: Array(json.utf8), attachments: attachments)
        try packer.value(&writer, depth: 0)
        packer.skipSpace()
        guard packer.position == packer.text.count else { throw packer.malformed }
    }

    private init(text: [UInt8], attachments: [Data]) {
        self.text = text
        self.attachments = attachments
    }

    private var malformed: MsgError {
        MsgError(.internalError, "An event's argument is no JSON at byte \(position).")
    }

    private var current: UInt8? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(_ writer: inout MessagePackWriter, depth: Int) throws {
        guard depth < Self.maximumDepth else { throw MsgError(.internalError, "An event is nested too deep.") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): try object(&writer, depth: depth)
        case UInt8(ascii: "["): try array(&writer, depth: depth)
        case UInt8(ascii: "\""): try string(&writer)
        case UInt8(ascii: "t"):
            try word("true")
            writer.write(true)
        case UInt8(ascii: "f"):
            try word("false")
            writer.write(false)
        case UInt8(ascii: "n"):
            try word("null")
            writer.writeNull()
        default: try number(&writer)
        }
    }

    private mutating func word(_ word: String) throws {
        guard text[position...].starts(with: word.utf8) else { throw malformed }
        position += word.utf8.count
    }

    private mutating func number(_ writer: inout MessagePackWriter) throws {
        let start = position
        var isInteger = true
        loop: while let byte = current {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isInteger = false
            default: break loop
            }
            position += 1
        }
        let digits = String(decoding: text[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(digits) {
            writer.write(value)
        } else if let value = Double(digits) {
            writer.write(value)
        } else {
            throw malformed
        }
    }

    private mutating func array(_ writer: inout MessagePackWriter, depth: Int) throws {
        position += 1
        let start = writer.beginContainer()
        var count = 0
        if !take(UInt8(ascii: "]")) {
            repeat {
                try value(&writer, depth: depth + 1)
                count += 1
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw malformed }
        }
        writer.endArray(at: start, count: count)
    }

    private mutating func object(_ writer: inout MessagePackWriter, depth: Int) throws {
        position += 1
        let start = writer.beginContainer()
        var count = 0
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard current == UInt8(ascii: "\"") else { throw malformed }
                try string(&writer)
                guard take(UInt8(ascii: ":")) else { throw malformed }
                try value(&writer, depth: depth + 1)
                count += 1
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw malformed }
        }
        writer.endMap(at: start, count: count)
        if count == 2, !attachments.isEmpty { try replacePlaceholder(at: start, &writer) }
    }

    /// `{"_placeholder":true,"num":`, as it has just been written.
    private static let placeholderHead: [UInt8] =
        [0x82, 0xac] + Array("_placeholder".utf8) + [0xc3, 0xa3] + Array("num".utf8)

    private func replacePlaceholder(at start: Int, _ writer: inout MessagePackWriter) throws {
        guard writer.bytes[start...].starts(with: Self.placeholderHead) else { return }
        var reader = MessagePackReader(writer.bytes, at: start + Self.placeholderHead.count)
        guard case .integer(let number)? = try? reader.next() else { return }
        guard let number = Int(exactly: number), attachments.indices.contains(number) else {
            throw MsgError(.internalError, "An event names an attachment that it does not have.")
        }
        writer.rewind(to: start)
        writer.write(binary: attachments[number])
    }

    private mutating func string(_ writer: inout MessagePackWriter) throws {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte != UInt8(ascii: "\\") else {
                position = start
                writer.write(utf8: try unescaped())
                return
            }
            position += 1
        }
        guard current != nil else { throw malformed }
        writer.write(utf8: text[start..<position])
        position += 1
    }

    private mutating func unescaped() throws -> [UInt8] {
        var result: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return result
            case UInt8(ascii: "\\"): try escape(&result)
            default: result.append(byte)
            }
        }
        throw malformed
    }

    private mutating func escape(_ result: inout [UInt8]) throws {
        guard let byte = current else { throw malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0c)
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "u"):
            var units = [try unit()]
            if UTF16.isLeadSurrogate(units[0]), text[position...].starts(with: #"\u"#.utf8) {
                position += 2
                units.append(try unit())
            }
            // A half of a pair alone is replaced.
            result.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
        default: throw malformed
        }
    }

    private mutating func unit() throws -> UInt16 {
        guard text.count - position >= 4,
            let value = UInt16(String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw malformed }
        position += 4
        return value
    }
}
