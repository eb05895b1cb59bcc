import Foundation

/// What happens to characters before the engine's tokenizer sees them, so that on every engine the same words come out
/// of a text: runs of letters, marks and digits, without the marks that a reader may leave out. Latin letters become
/// plain ones afterwards, by the engine's `asciifolding`.
enum FoldingRules {
    /// For a `mapping` character filter: `\u0451 => \u0435`.
    static let mappings: [String] =
        joiners.map { rule($0, " ") } + marks.map { rule($0, "") } + composed.map { rule($0.0, $0.1) } + special

    /// Between letters or digits the tokenizer takes these for a part of the word (Unicode Standard Annex 29: MidLetter,
    /// MidNum, MidNumLet, ExtendNumLet, Single_Quote): `content:tea`, `don't`, `first.last`, `snake_case`.
    private static let joiners: [UInt32] = [
        0x27, 0x2c, 0x2e, 0x3a, 0x3b, 0x5f, 0xb7, 0x37e, 0x387, 0x55f, 0x589, 0x5f4, 0x60c, 0x60d, 0x66c, 0x7f8, 0x2018,
        0x2019, 0x2024, 0x2027, 0x202f, 0x203f, 0x2040, 0x2044, 0x2054, 0xfe10, 0xfe13, 0xfe14, 0xfe33, 0xfe34, 0xfe4d,
        0xfe4e, 0xfe4f, 0xfe50, 0xfe52, 0xfe54, 0xfe55, 0xff07, 0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff3f,
    ]

    /// Marks that a reader may leave out: of Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowels.
    private static let marks: [UInt32] =
        [0x300...0x36f, 0x483...0x487, 0x591...0x5bd, 0x5bf...0x5bf, 0x5c1...0x5c2, 0x5c4...0x5c5, 0x5c7...0x5c7]
        .flatMap(Array.init) + Array(0x64b...0x65f) + [0x670]

    /// Letters that contain such marks, of the scripts that `asciifolding` leaves alone.
    private static let composed: [(UInt32, String)] = {
        let optional = Set(marks)
        return [0x370...0x3ff, 0x400...0x52f, 0x620...0x6ff, 0x1f00...0x1fff, 0xfb1d...0xfb4f].flatMap(Array.init)
            .compactMap { (code: UInt32) -> (UInt32, String)? in
                guard let scalar = Unicode.Scalar(code), scalar.properties.isAlphabetic else { return nil }
                let parts = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
                let base = parts.filter { !optional.contains($0.value) }
                guard parts.count > base.count, base.count == 1, let letter = base.first,
                    letter.properties.isAlphabetic
                else { return nil }
                return (code, String(letter))
            }
    }()

    /// Final sigma, and the dotted I, of which some make two characters.
    private static let special = [rule(0x3c2, "\u{3c3}"), rule(0x130, "I")]

    private static func rule(_ code: UInt32, _ replacement: String) -> String {
        ("\(escaped(code)) => " + replacement.unicodeScalars.map { escaped($0.value) }.joined())
            .trimmingCharacters(in: .whitespaces)
    }

    /// All are of the basic plane.
    private static func escaped(_ code: UInt32) -> String {
        let digits = String(code, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
