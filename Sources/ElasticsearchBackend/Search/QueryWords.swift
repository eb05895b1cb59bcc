import Foundation
import MsgKit

/// The words of what people type: runs of letters, marks and digits with a letter or digit among them, as the index's
/// analysis makes them. The engine folds them.
struct QueryWords: Equatable {
    /// How many words of a query count; the query's length leaves room for no more.
    static let maximum = MessageQuery.maximumTextLength

    /// All but the last, each once.
    let whole: [String]
    /// May be the beginning of a word.
    let last: String

    /// Nil for a text without any word.
    init?(_ text: String) {
        let words = text.precomposedStringWithCanonicalMapping.unicodeScalars
            .split { !Self.belongsToWord($0) }
            .filter { $0.contains { Self.isLetterOrNumber($0) } }
            .prefix(Self.maximum)
            .map { String(String.UnicodeScalarView($0)) }
        guard let last = words.last else { return nil }
        self.last = last
        var seen: Set<String> = []
        whole = words.dropLast().filter { seen.insert($0).inserted }
    }

    /// Whether a typing error is looked past: not in what has digits, where each counts.
    static func mayBeMistyped(_ word: String) -> Bool {
        !word.unicodeScalars.contains { $0.properties.numericType != nil }
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
