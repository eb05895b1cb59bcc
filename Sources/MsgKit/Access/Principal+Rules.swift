/// Who may do what: every rule on roles, conversations and messages. What a route asks for at least is said where the
/// route is; `docs/security.md` lists both.
extension Principal {
    /// Refuses whoever has neither this role nor a higher one.
    /// - Throws: ``ErrorCode/forbidden``.
    public func require(_ role: UserRole) throws {
        guard self.role.includes(role) else { throw MsgError(.forbidden, "This is only for \(role.plural).") }
    }

    /// Reads, writes, marks, searches and hears what is said: who takes part, and nobody else, whatever their role.
    public func takesPart(in conversation: Conversation) -> Bool { conversation.participants.contains(id) }

    /// Learns that a conversation exists; to others it is as if it were not there.
    public func mayKnowOf(_ conversation: Conversation) -> Bool {
        takesPart(in: conversation) || role.includes(.moderator)
    }

    /// Renames a group, adds to it and takes out of it: who made it, while they take part, and moderators.
    public func mayChange(_ group: Conversation) -> Bool {
        role.includes(.moderator) || owns(group)
    }

    /// Changes a group as their own: who made it, while they take part. Others do by their role alone.
    public func owns(_ group: Conversation) -> Bool { takesPart(in: group) && group.createdBy == id }

    /// Deletes a message: who wrote it, also after leaving the conversation, and moderators.
    public func mayDelete(_ message: Message) -> Bool { role.includes(.moderator) || message.sender == id }

    /// Sees other people's e-mail addresses.
    public var maySeeAddresses: Bool { role.includes(.admin) }
}
