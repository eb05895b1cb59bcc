/// An e-mail address in lower case, of the shape that mail servers take (RFC 5321's limits: 64 before the `@`, 254 in all).
public struct EmailAddress: Sendable, Equatable {
    public let text: String

    /// - Throws: ``ErrorCode/validationFailed`` on `email`.
    public init(_ raw: String) throws {
        let text = TextRules.trimmed(raw).lowercased()
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, TextRules.isOneLine(text),
            !text.unicodeScalars.contains(where: \.properties.isWhitespace), parts.count == 2,
            (1...64).contains(parts[0].utf8.count),
            Self.isDotted(parts[0], allowed: Self.isLocalByte, minimumLabels: 1),
            Self.isDotted(parts[1], allowed: Self.isDomainByte, minimumLabels: 2),
            !parts[1].split(separator: ".").contains(where: { $0.hasPrefix("-") || $0.hasSuffix("-") })
        else { throw MsgError.invalid("email", "email must be an e-mail address, such as ada@example.org.") }
        self.text = text
    }

    private static func isDotted(_ text: Substring, allowed: (UInt8) -> Bool, minimumLabels: Int) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= minimumLabels && labels.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(allowed) }
    }

    private static func isLocalByte(_ byte: UInt8) -> Bool {
        isDomainByte(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomainByte(_ byte: UInt8) -> Bool {
        switch byte {
        // Bytes of other scripts' letters: internationalised addresses (RFC 6531).
        case 0x80...0xff: true
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
