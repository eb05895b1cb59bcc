/// A set of sockets that events are sent to.
public struct Room: Sendable, Hashable, Codable, RawRepresentable {
    public var rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// Every socket there is. No other room has an empty name.
    public static let everyone = Room(rawValue: "")
    /// All sockets of a user.
    public static func user(_ id: User.ID) -> Room { Room(rawValue: "user:\(id)") }
    /// All sockets of those who take part in a conversation.
    public static func conversation(_ id: Conversation.ID) -> Room { Room(rawValue: "conversation:\(id)") }
    /// All sockets of a log-in.
    public static func session(_ id: Session.ID) -> Room { Room(rawValue: "session:\(id)") }
    /// One socket, by its Socket.IO id.
    public static func socket(_ id: String) -> Room { Room(rawValue: id) }

    /// Whose room it is; nil when it is none of a user.
    public var userID: User.ID? { identifier(after: "user:") }
    /// Whose room it is; nil when it is none of a conversation.
    public var conversationID: Conversation.ID? { identifier(after: "conversation:") }

    private func identifier<Entity>(after prefix: String) -> Identifier<Entity>? {
        rawValue.hasPrefix(prefix) ? Identifier(String(rawValue.dropFirst(prefix.count))) : nil
    }
}
