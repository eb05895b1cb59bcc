import Algorithms

/// A text of automatic messages, in which `{sender}` and `{receiver}` stand for user names.
///
/// It is read once. Names are put in their places in one pass, so that a name with a placeholder in it (users of other
/// systems may have one) stays as it is.
public struct MessageTemplate: Sendable, Equatable {
    private enum Part: Equatable {
        case text(String)
        case sender
        case receiver
    }

    /// The longest user name that registration allows: what is planned at night must not turn out too long to send.
    private static let longestName = String(repeating: "n", count: 30)

    /// The text as it was written, without white space at its ends.
    public let text: String
    private let parts: [Part]

    /// A text that keeps to the rules of a message's content with names of 30 characters.
    /// - Throws: ``ErrorCode/validationFailed`` on `template`: what ``MessageContent`` refuses, or braces around a word
    ///   that stands for nothing.
    public init(_ text: String) throws {
        self.init(unchecked: TextRules.trimmed(text))
        if let unknown = self.text.matches(of: /\{[A-Za-z_]*\}/).map(\.output).first(where: {
            $0 != "{sender}" && $0 != "{receiver}"
        }) {
            throw MsgError.invalid("template", "\"\(unknown)\" stands for nothing")
        }
        do {
            _ = try MessageContent(rendered(sender: Self.longestName, receiver: Self.longestName))
        } catch let error as MsgError {
            let reason = (error.fields.first?.msg ?? error.message).trimmingSuffix { $0 == "." }
            throw MsgError.invalid("template", "with names of 30 characters it can't be sent: \(reason)")
        }
    }

    /// A text that a test has checked.
    init(unchecked text: String) {
        self.text = text
        var parts: [Part] = []
        var rest = text.startIndex
        for match in text.matches(of: /\{(sender|receiver)\}/) {
            if rest < match.range.lowerBound { parts.append(.text(String(text[rest..<match.range.lowerBound]))) }
            parts.append(match.output.1 == "sender" ? .sender : .receiver)
            rest = match.range.upperBound
        }
        if rest < text.endIndex { parts.append(.text(String(text[rest...]))) }
        self.parts = parts
    }

    /// The text with the names of the two.
    public func rendered(sender: String, receiver: String) -> String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let own): text += own
            case .sender: text += sender
            case .receiver: text += receiver
            }
        }
    }
}
