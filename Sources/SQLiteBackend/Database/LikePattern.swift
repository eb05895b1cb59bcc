/// Text as a part of what LIKE compares with; the character `\` is to be named as ESCAPE.
enum LikePattern {
    static func containing(_ text: String) -> String {
        var pattern = "%"
        for character in text {
            // SQLite would read the pattern only up to here; the noncharacter is in no stored text.
            if character == "\0" {
                pattern.append("\u{FFFF}")
                continue
            }
            if character == "%" || character == "_" || character == "\\" { pattern.append("\\") }
            pattern.append(character)
        }
        return pattern + "%"
    }
}
