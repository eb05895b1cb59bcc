/// Text as a part of what LIKE compares with; the character `\` is to be named as ESCAPE.
enum LikePattern {
    static func containing(_ text: String) -> String {
        var pattern = "%"
        // By scalars, as SQLite compares: a sign with an accent on it is a sign and an accent.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%", "_", "\\":
                pattern.append("\\")
                pattern.unicodeScalars.append(scalar)
            // SQLite would read the pattern only up to a NUL; the noncharacter is in no stored text.
            case "\0": pattern.append("\u{FFFF}")
            default: pattern.unicodeScalars.append(scalar)
            }
        }
        return pattern + "%"
    }
}
