import NIOCore

extension ByteBuffer {
    /// Writes a string as JSON, with its quotes.
    package mutating func writeJSONString(_ text: String) {
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
