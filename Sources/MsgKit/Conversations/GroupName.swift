/// A group's name: 1–100 characters after trimming, no control characters.
public struct GroupName: Sendable, Equatable {
    public let text: String

    /// - Throws: ``ErrorCode/validationFailed`` on `name`.
    public init(_ raw: String) throws {
        let text = TextRules.trimmed(raw)
        guard !TextRules.isInvisible(text), text.utf8.count <= Conversation.maximumNameLength * 4,
            text.unicodeScalars.count <= Conversation.maximumNameLength
        else { throw MsgError.invalid("name", "name must have 1 to \(Conversation.maximumNameLength) characters.") }
        guard TextRules.isOneLine(text) else {
            throw MsgError.invalid("name", "name must not hold control characters or line ends.")
        }
        self.text = text
    }
}
