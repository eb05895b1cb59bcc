import MsgKit

/// What people type as an expression of FTS5: every word quoted, so that operators have no meaning, the last one a
/// prefix.
struct SearchExpression: Equatable {
    /// Above this many conversations the expression leaves them to the query, which checks them in any case.
    static let maximumScope = 200

    private let words: [String]

    /// Nil for a text without any word.
    init?(_ text: String) {
        words = TextFolding.fold(text).unicodeScalars
            .split { !Self.belongsToWord($0) }
            .filter { $0.contains { Self.isLetterOrNumber($0) } }
            .map { String(String.UnicodeScalarView($0)) }
        if words.isEmpty { return nil }
    }

    /// Matches the words in the content.
    var content: String {
        let quoted = words.map { "\"\($0)\"" }.joined(separator: " AND ")
        return "{content} : (\(quoted) *)"
    }

    /// Matches the words in the content of messages of some conversations: the index then skips what others said,
    /// instead of ranking it first and throwing it away.
    func scoped(to conversations: [Conversation.ID]) -> String {
        guard conversations.count <= Self.maximumScope else { return content }
        let ids = conversations.map { "\"\($0)\"" }.joined(separator: " OR ")
        return "\(content) AND {conversation} : (\(ids))"
    }

    private static func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: isLetterOrNumber(scalar)
        }
    }

    /// The characters that the tokenizer makes words of.
    private static func isLetterOrNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            true
        default: false
        }
    }
}
