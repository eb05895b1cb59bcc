import Foundation
import MsgKit

/// What happens to characters before the engine's tokenizer sees them, so that on every engine the same words come out
/// of a text: runs of letters, marks and digits, without the marks that a reader may leave out.
///
/// Latin letters become plain ones by the engine's `asciifolding`. Letters of other scripts are sent taken apart
/// (``prepare(_:)``), and the engine drops the marks: so few rules serve them all.
enum FoldingRules {
    /// For a `mapping` character filter.
    static let mappings: [String] = joiners.map { "\(escaped($0)) => \\u0020" } + ["\\u03c2 => \\u03c3"]

    /// For a `pattern_replace` character filter: what is dropped.
    static let dropped = "[" + marks.map { "\(escaped($0.lowerBound))-\(escaped($0.upperBound))" }.joined() + "]"

    /// A text as the index and its queries have it: composed, but for letters with marks that `asciifolding` leaves on.
    static func prepare(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        var prepared = String.UnicodeScalarView()
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            guard scalar.value > 0x24f || scalar.value == 0x130, !(0x1e00...0x1eff).contains(scalar.value) else {
                prepared.append(scalar)
                continue
            }
            let parts = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
            if parts.count > 1, parts.dropFirst().allSatisfy(isDropped) {
                prepared.append(contentsOf: parts)
            } else {
                prepared.append(scalar)
            }
        }
        return String(prepared)
    }

    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        marks.contains { $0.contains(scalar.value) }
    }

    /// Between letters or digits the tokenizer takes these for a part of the word (Unicode Standard Annex 29: MidLetter,
    /// MidNum, MidNumLet, ExtendNumLet, Single_Quote): `content:tea`, `don't`, `first.last`, `snake_case`.
    private static let joiners: [UInt32] = [
        0x27, 0x2c, 0x2e, 0x3a, 0x3b, 0x5f, 0xb7, 0x37e, 0x387, 0x55f, 0x589, 0x5f4, 0x60c, 0x60d, 0x66c, 0x7f8, 0x2018,
        0x2019, 0x2024, 0x2027, 0x202f, 0x203f, 0x2040, 0x2044, 0x2054, 0xfe10, 0xfe13, 0xfe14, 0xfe33, 0xfe34, 0xfe4d,
        0xfe4e, 0xfe4f, 0xfe50, 0xfe52, 0xfe54, 0xfe55, 0xff07, 0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff3f,
    ]

    /// Of Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowels.
    private static let marks: [ClosedRange<UInt32>] = [
        0x300...0x36f, 0x483...0x487, 0x591...0x5bd, 0x5bf...0x5bf, 0x5c1...0x5c2, 0x5c4...0x5c5, 0x5c7...0x5c7,
        0x64b...0x65f, 0x670...0x670,
    ]

    /// All are of the basic plane.
    private static func escaped(_ code: UInt32) -> String {
        let digits = String(code, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
