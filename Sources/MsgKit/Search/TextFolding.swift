import Foundation

/// Text as a search sees it: lower case, without accents, and with the letters that have none but look alike (ı, ß, ł, ø,
/// …) in their plain form. A letter never becomes a separator, so the words stay the same.
public enum TextFolding {
    private static let plain: [Unicode.Scalar: String] = [
        "ı": "i", "ß": "ss", "ẞ": "ss", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d",
        "þ": "th", "Þ": "th", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ħ": "h", "Ħ": "h", "ŧ": "t", "Ŧ": "t",
        "ŋ": "n", "Ŋ": "n", "ς": "σ",
    ]

    /// Marks that a reader may leave out: of Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowels.
    private static let marks: [ClosedRange<UInt32>] = [
        0x0300...0x036f, 0x0483...0x0487, 0x0591...0x05c7, 0x064b...0x065f, 0x0670...0x0670,
    ]

    public static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var folded = ""
        folded.reserveCapacity(text.utf8.count)
        for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.isASCII {
                folded.unicodeScalars.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            } else if let replacement = plain[scalar] {
                folded.append(replacement)
            } else if !isOptionalMark(scalar) {
                folded.append(scalar.properties.lowercaseMapping)
            }
        }
        return folded.precomposedStringWithCanonicalMapping
    }

    private static func isOptionalMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .nonspacingMark && marks.contains { $0.contains(scalar.value) }
    }
}
