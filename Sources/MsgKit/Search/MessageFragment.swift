/// A stretch of a content around its first matched word.
public enum MessageFragment {
    /// How many characters of the content it shows.
    public static let length = 200
    /// How many of them stand before the first match.
    private static let lead = 60
    /// How far a cut may move to fall between two words.
    private static let slack = 20

    /// - Parameter text: the whole content with its matched words between ``MessageMatch/matchStart`` and
    ///   ``MessageMatch/matchEnd``.
    public static func cut(_ text: String) -> String {
        var characters: [(character: Character, isMatched: Bool)] = []
        var isMatched = false
        for character in text {
            switch character {
            case MessageMatch.matchStart: isMatched = true
            case MessageMatch.matchEnd: isMatched = false
            default: characters.append((character, isMatched))
            }
        }
        let window = window(of: characters)
        var fragment = window.lowerBound > 0 ? "…" : ""
        var isOpen = false
        for (character, isMatched) in characters[window] {
            if isMatched != isOpen { fragment.append(isMatched ? MessageMatch.matchStart : MessageMatch.matchEnd) }
            isOpen = isMatched
            fragment.append(character)
        }
        if isOpen { fragment.append(MessageMatch.matchEnd) }
        return window.upperBound < characters.count ? fragment + "…" : fragment
    }

    private static func window(of characters: [(character: Character, isMatched: Bool)]) -> Range<Int> {
        guard characters.count > length else { return 0..<characters.count }
        let first = characters.firstIndex { $0.isMatched } ?? 0
        var start = max(0, min(first - lead, characters.count - length))
        let limit = max(start, min(start + slack, first))
        if start > 0, let space = characters[start..<limit].firstIndex(where: { $0.character == " " }) {
            start = space + 1
        }
        var end = min(start + length, characters.count)
        if end < characters.count, let space = characters[(end - slack)..<end].lastIndex(where: { $0.character == " " })
        {
            end = space
        }
        return start..<end
    }
}
