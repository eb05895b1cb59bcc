import Foundation

/// What counts as a word: a run of letters, marks and digits with a letter or digit among them.
public enum TextWords {
    /// The words of a text in their order, their letters composed.
    public static func words(of text: String) -> [String] {
        let text = text.precomposedStringWithCanonicalMapping
        return ranges(in: text).map { String(text[$0]) }
    }

    /// Where the words of a text stand.
    static func ranges(in text: String) -> [Range<String.Index>] {
        text.unicodeScalars
            .split { !belongsToWord($0) }
            .filter { $0.contains { isLetterOrNumber($0) } }
            .map { $0.startIndex..<$0.endIndex }
    }

    private static func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: isLetterOrNumber(scalar)
        }
    }

    private static func isLetterOrNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
