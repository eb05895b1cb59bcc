/// The text of a message: 1–1000 characters (Unicode scalars) after trimming, no control characters but tab and line
/// ends.
public struct MessageContent: Sendable, Equatable {
    public static let maximumLength = 1000

    /// The trimmed text.
    public let text: String

    /// - Throws: ``ErrorCode/validationFailed`` on `content`.
    public init(_ raw: String) throws {
        let text = TextRules.trimmed(raw)
        guard !TextRules.isInvisible(text) else { throw MsgError.invalid("content", "content must not be empty.") }
        // A scalar has at most four UTF-8 bytes: what is longer need not be counted.
        guard text.utf8.count <= Self.maximumLength * 4, text.unicodeScalars.count <= Self.maximumLength else {
            throw MsgError.invalid("content", "content may have at most \(Self.maximumLength) characters.")
        }
        if let control = TextRules.forbiddenControl(in: text) {
            let digits = String(control.value, radix: 16, uppercase: true)
            throw MsgError.invalid("content", "content must not hold control characters (it has U+\(digits)).")
        }
        self.text = text
    }
}
