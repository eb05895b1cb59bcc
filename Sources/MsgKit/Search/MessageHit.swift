/// A message that a search found, as it is now.
public struct MessageHit: Sendable, Equatable {
    public var message: Message
    public var sender: UserReference?
    public var score: Double
    /// A fragment of the content as HTML: everything escaped, what matched in `<em>`.
    public var highlight: String
}
