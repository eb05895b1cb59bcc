extension String {
    /// Adds a text as JSON, in its quotes.
    mutating func appendJSON(_ text: String) {
        append("\"")
        if text.utf8.allSatisfy(Self.standsForItself) {
            append(text)
        } else {
            for scalar in text.unicodeScalars { appendEscaped(scalar) }
        }
        append("\"")
    }

    private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append("\\\"")
        case "\\": append("\\\\")
        case "\n": append("\\n")
        case "\r": append("\\r")
        case "\t": append("\\t")
        case "\u{0}"..."\u{1f}":
            let digits = String(scalar.value, radix: 16)
            append("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)")
        default: unicodeScalars.append(scalar)
        }
    }

    private static func standsForItself(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
