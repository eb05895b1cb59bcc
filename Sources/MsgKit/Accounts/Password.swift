/// A password as typed: at least 6 characters and at most 72 bytes, bcrypt's limit; never cut.
public struct Password: Sendable, Equatable {
    public static let minimumLength = 6
    public static let maximumBytes = 72

    public let text: String

    /// - Throws: ``ErrorCode/validationFailed`` on `field`.
    public init(_ text: String, field: String = "password") throws {
        guard text.unicodeScalars.count >= Self.minimumLength else {
            throw MsgError.invalid(field, "\(field) must have at least \(Self.minimumLength) characters.")
        }
        guard text.utf8.count <= Self.maximumBytes else {
            throw MsgError.invalid(field, "\(field) may have at most \(Self.maximumBytes) bytes.")
        }
        guard !text.utf8.contains(0) else { throw MsgError.invalid(field, "\(field) must not hold U+0000.") }
        self.text = text
    }
}

extension Password: CustomStringConvertible {
    /// Never the password: a value that reaches a log by accident gives nothing away.
    public var description: String { "••••••" }
}
