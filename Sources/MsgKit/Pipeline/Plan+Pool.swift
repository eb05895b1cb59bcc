extension Plan {
    /// A pool's name, as the configuration has it: 1 to 60 small letters, digits, `-` and `_`, a letter or digit first.
    /// - Throws: ``ErrorCode/validationFailed`` on `pool`.
    public static func validPool(_ text: String) throws -> String {
        let isAllowed = text.unicodeScalars.allSatisfy { "a"..."z" ~= $0 || "0"..."9" ~= $0 || $0 == "-" || $0 == "_" }
        guard isAllowed, (1...60).contains(text.utf8.count), let first = text.first, !"-_".contains(first) else {
            throw MsgError.invalid(
                "pool", "A pool's name is 1 to 60 small letters, digits, - and _, a letter or digit first.")
        }
        return text
    }
}
