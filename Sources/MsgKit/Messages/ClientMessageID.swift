/// A client's own id for a message: 1–128 characters without control characters, unique per sender.
public struct ClientMessageID: Sendable, Equatable {
    public static let maximumLength = 128

    public let text: String

    /// - Throws: ``ErrorCode/validationFailed`` on `clientMessageId`.
    public init(_ text: String) throws {
        guard !text.isEmpty, text.utf8.count <= Self.maximumLength * 4, text.unicodeScalars.count <= Self.maximumLength,
            TextRules.isOneLine(text)
        else {
            throw MsgError.invalid(
                "clientMessageId",
                "clientMessageId must have 1 to \(Self.maximumLength) characters without control characters.")
        }
        self.text = text
    }
}
