/// A message that an index found.
public struct MessageMatch: Sendable, Equatable {
    public var id: Message.ID
    /// Greater is better; comparable within one answer.
    public var score: Double
    /// A fragment of the content around what matched, at most some 200 characters, each matched word between U+0002
    /// and U+0003. Content never holds these two characters, so they can't be confused with it.
    public var fragment: String

    public static let matchStart: Character = "\u{2}"
    public static let matchEnd: Character = "\u{3}"

    public init(id: Message.ID, score: Double, fragment: String) {
        self.id = id
        self.score = score
        self.fragment = fragment
    }
}
