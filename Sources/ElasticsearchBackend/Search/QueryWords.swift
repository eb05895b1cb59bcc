import MsgKit

/// The words of what people type, as the index's analysis makes them. The engine folds them.
struct QueryWords: Equatable {
    /// All but the last, each once.
    let whole: [String]
    /// May be the beginning of a word.
    let last: String

    /// Nil for a text without any word. What is longer than a query may be is cut.
    init?(_ text: String) {
        let words = TextWords.words(of: String(text.prefix(MessageQuery.maximumTextLength))).map(FoldingRules.prepare)
        guard let last = words.last else { return nil }
        self.last = last
        var seen: Set<String> = []
        whole = words.dropLast().filter { seen.insert($0).inserted }
    }

    /// Whether a typing error is looked past: not in what has digits, where each counts.
    static func mayBeMistyped(_ word: String) -> Bool {
        !word.unicodeScalars.contains { $0.properties.numericType != nil }
    }
}
