/// What any text that people write must keep to, so that no store, log or screen is confused by it.
enum TextRules {
    /// Control characters that text may not hold: all but tab and line ends. JSON can't carry lone surrogates into a
    /// Swift string, so they need no rule.
    static func forbiddenControl(in text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first { scalar in
            switch scalar.value {
            case 0x09, 0x0a, 0x0d: false
            case 0x00...0x1f, 0x7f...0x9f: true
            default: false
            }
        }
    }

    /// Whether text of one line is free of control characters, tab and line ends included.
    static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x00...0x1f, 0x7f...0x9f, 0x2028, 0x2029: false
            default: true
            }
        }
    }

    /// Whether nothing of the text can be seen.
    static func isInvisible(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint }
    }

    /// The text without white space at its ends.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
