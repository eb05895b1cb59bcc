/// A user's name: 3–30 of `A-Z a-z 0-9 _`.
public struct Username: Sendable, Equatable {
    public let text: String

    /// - Throws: ``ErrorCode/validationFailed`` on `username`.
    public init(_ text: String) throws {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard allowed, (3...30).contains(text.utf8.count) else {
            throw MsgError.invalid(
                "username", "username must have 3 to 30 letters, digits or underscores (A-Z a-z 0-9 _).")
        }
        self.text = text
    }
}
