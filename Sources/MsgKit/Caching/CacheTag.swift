/// What an answer was made of: when that changes, the answer is cached no longer.
public struct CacheTag: Sendable, Hashable, RawRepresentable {
    public var rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// An account: name, avatar, role, whether it is active.
    public static func user(_ id: User.ID) -> CacheTag { CacheTag(rawValue: "user:\(id)") }
    /// A log-in.
    public static func session(_ id: Session.ID) -> CacheTag { CacheTag(rawValue: "session:\(id)") }
    /// A conversation: its participants, name and messages.
    public static func conversation(_ id: Conversation.ID) -> CacheTag { CacheTag(rawValue: "conversation:\(id)") }
    /// The conversations that somebody takes part in, as their list shows them.
    public static func conversations(of id: User.ID) -> CacheTag { CacheTag(rawValue: "conversations:\(id)") }
}
