import Foundation

/// Which dead letters are meant: those that meet every condition; without a condition all of them.
///
/// Every engine decides by ``matches(_:)``, so that all of them agree.
public struct DeadLetterFilter: Sendable, Equatable {
    public enum Kind: Sendable {
        case job
        /// What lay in the queue and is no job.
        case unreadable
    }

    /// Nothing is left out.
    public static let everything = DeadLetterFilter()

    /// The letters of these ids; an empty set is none.
    public var ids: Set<AutoMessage.ID>?
    /// A part of the reason, in upper or lower case, with accents or without.
    public var reason: String? {
        didSet { foldedReason = reason.map(TextFolding.fold) }
    }
    /// Given up at this instant or later. What nobody knows the time of meets no condition on time.
    public var since: Date?
    /// Given up before this instant.
    public var before: Date?
    /// Who wrote the message. What is no job meets no condition on people or conversations.
    public var sender: User.ID?
    public var receiver: User.ID?
    public var conversation: Conversation.ID?
    public var kind: Kind?
    private var foldedReason: String?

    public init(
        ids: Set<AutoMessage.ID>? = nil, reason: String? = nil, since: Date? = nil, before: Date? = nil,
        sender: User.ID? = nil, receiver: User.ID? = nil, conversation: Conversation.ID? = nil, kind: Kind? = nil
    ) {
        self.ids = ids
        self.reason = reason
        self.since = since
        self.before = before
        self.sender = sender
        self.receiver = receiver
        self.conversation = conversation
        self.kind = kind
        foldedReason = reason.map(TextFolding.fold)
    }

    public func matches(_ letter: DeadLetter) -> Bool {
        if let ids, !ids.contains(letter.id) { return false }
        guard matchesKind(of: letter), matchesPeople(of: letter), matchesTime(of: letter) else { return false }
        // Last, as it costs most.
        return foldedReason.map { $0.isEmpty || TextFolding.fold(letter.reason).contains($0) } ?? true
    }

    private func matchesKind(of letter: DeadLetter) -> Bool {
        switch kind {
        case nil: true
        case .job: letter.job != nil
        case .unreadable: letter.job == nil
        }
    }

    private func matchesPeople(of letter: DeadLetter) -> Bool {
        if sender == nil && receiver == nil && conversation == nil { return true }
        guard let job = letter.job else { return false }
        return sender ?? job.senderId == job.senderId && receiver ?? job.receiverId == job.receiverId
            && conversation ?? job.conversationId == job.conversationId
    }

    private func matchesTime(of letter: DeadLetter) -> Bool {
        if since == nil && before == nil { return true }
        guard let failedAt = letter.failedAt else { return false }
        return failedAt >= since ?? failedAt && before.map { failedAt < $0 } ?? true
    }
}
