/// Under which an answer is cached: whose it is, and what was asked.
public struct CacheKey: Sendable, Hashable {
    /// The longest name, in bytes; what has a longer one is not cached.
    public static let maximumName = 512

    /// For whom it was made; nil when it is the same for everybody.
    public var user: User.ID?
    /// What was asked, such as the path and query in one form.
    public var name: String

    public init(user: User.ID?, name: String) {
        self.user = user
        self.name = name
    }
}
