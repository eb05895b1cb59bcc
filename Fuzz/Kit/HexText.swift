/// Bytes as a person can read and write them: hexadecimal digits in pairs, texts in quotation marks with `\r`, `\n`, `\"`
/// and `\\`, spaces between them as one likes, `#` up to the line's end being a comment.
package enum HexText {
    /// nil when it is something else.
    package static func parse(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Substring(text)
        while let character = rest.first {
            if character.isWhitespace {
                rest.removeFirst()
            } else if character == "#" {
                rest = rest.drop { !$0.isNewline }
            } else if character == "\"" {
                rest.removeFirst()
                guard let quoted = quoted(&rest) else { return nil }
                bytes += quoted
            } else {
                guard rest.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
                bytes.append(byte)
                rest.removeFirst(2)
            }
        }
        return bytes
    }

    private static func quoted(_ rest: inout Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        while let character = rest.popFirst() {
            switch character {
            case "\"": return bytes
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                switch escaped {
                case "r": bytes.append(0x0d)
                case "n": bytes.append(0x0a)
                default: bytes += escaped.utf8
                }
            default: bytes += character.utf8
            }
        }
        return nil
    }

    /// Sixteen bytes to a line, with the text they are beside them.
    package static func write(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 16).map { start in
            let line = bytes[start..<min(start + 16, bytes.count)]
            let digits = line.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
            let text = line.map { (0x20..<0x7f).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
            return digits + String(repeating: " ", count: 50 - digits.count) + "# " + text + "\n"
        }.joined()
    }
}
