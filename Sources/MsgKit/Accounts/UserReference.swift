/// How other people see a user beside a message or a conversation.
public struct UserReference: Sendable, Hashable, Codable {
    public var id: User.ID
    public var username: String
    public var avatar: String?

    public init(id: User.ID, username: String, avatar: String?) {
        self.id = id
        self.username = username
        self.avatar = avatar
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(username, forKey: .username)
        // Written even when nil: clients of the original read `avatar` unguarded.
        try container.encode(avatar, forKey: .avatar)
    }
}
