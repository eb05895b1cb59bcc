/// Tells by the rules of ``MessageQuery`` whether a content matches a text, without an index.
public struct MessageTextMatcher: Sendable {
    /// Folded; all but the last have to occur as they are.
    private let whole: [String]
    private let last: String

    /// Nil for a text without any word.
    public init?(_ text: String) {
        let words = TextWords.words(of: text).map(TextFolding.fold)
        guard let last = words.last else { return nil }
        self.last = last
        whole = Array(Set(words.dropLast()))
    }

    /// A fragment with the matched words marked, as ``MessageMatch`` has it; nil when the content doesn't match.
    public func fragment(of content: String) -> String? {
        // Most contents have no such letters anywhere: cheaper to see than where their words begin.
        let folded = TextFolding.fold(content)
        guard (whole + [last]).allSatisfy({ folded.utf8.firstRange(of: $0.utf8) != nil }) else { return nil }
        var missing = Set(whole)
        var isLastMissing = true
        var matched: [Range<String.Index>] = []
        for range in TextWords.ranges(in: content) {
            let word = TextFolding.fold(String(content.unicodeScalars[range]))
            let isBeginning = word.utf8.starts(with: last.utf8)
            if isBeginning { isLastMissing = false }
            if whole.contains(word) { missing.remove(word) } else if !isBeginning { continue }
            matched.append(range)
        }
        guard missing.isEmpty, !isLastMissing else { return nil }
        return MessageFragment.cut(Self.mark(matched, in: content))
    }

    private static func mark(_ ranges: [Range<String.Index>], in content: String) -> String {
        let scalars = content.unicodeScalars
        var marked = String.UnicodeScalarView()
        var end = scalars.startIndex
        for range in ranges {
            marked.append(contentsOf: scalars[end..<range.lowerBound])
            marked.append(contentsOf: MessageMatch.matchStart.unicodeScalars)
            marked.append(contentsOf: scalars[range])
            marked.append(contentsOf: MessageMatch.matchEnd.unicodeScalars)
            end = range.upperBound
        }
        marked.append(contentsOf: scalars[end...])
        return String(marked)
    }
}
