import Foundation
import NIOCore
import NIOFoundationCompat

extension ByteBuffer {
    /// Writes a string as JSON, with its quotes.
    mutating func writeJSONString(_ text: String) {
        writeInteger(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                writeInteger(UInt8(ascii: "\\"))
                writeInteger(byte)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                writeString(#"\u00\#(digits.count == 1 ? "0" : "")\#(digits)"#)
            default: writeInteger(byte)
            }
        }
        writeInteger(UInt8(ascii: "\""))
    }
}

extension ByteBuffer {
    /// The text of a JSON string that the scanner has checked; nil when it holds half a surrogate pair.
    var unquotedJSONString: String? {
        let content = readableBytesView.dropFirst().dropLast()
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        return try? JSONDecoder().decode(String.self, from: self)
    }
}
