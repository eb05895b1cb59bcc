import Foundation
import MsgKit

/// Makes the domain's values with sensible contents, so that a test names only what it is about.
public struct Fixtures: Sendable {
    public let identifiers: any IdentifierGenerator
    /// The instant that everything is made at unless told otherwise; a whole second.
    public let start: Date

    public init(identifiers: any IdentifierGenerator = SequentialIdentifiers(), start: Date = FakeClock().now) {
        self.identifiers = identifiers
        self.start = start.wholeSeconds
    }

    /// The instant that much after ``start``.
    public func instant(_ offset: Duration) -> Date { start.later(by: offset) }

    public func id<Entity>(_ type: Entity.Type = Entity.self) -> Identifier<Entity> { identifiers.next(type) }

    /// Every user's address follows from their name.
    public func user(
        _ username: String, role: UserRole = .user, isActive: Bool = true, autoMessages: Bool = true
    ) -> User {
        User(
            id: id(), username: username, email: "\(username.lowercased())@example.org",
            passwordHash: "$2b$10$abcdefghijklmnopqrstuv", role: role, isActive: isActive, autoMessages: autoMessages,
            createdAt: start, updatedAt: start)
    }

    /// A log-in of thirty days.
    public func session(of user: User.ID, at instant: Date? = nil, lasting duration: Duration = .seconds(2_592_000))
        -> Session
    {
        let begin = (instant ?? start).wholeSeconds
        return Session(
            id: id(), user: user, createdAt: begin, client: SessionClient(address: "192.0.2.1", userAgent: "curl/8.0"),
            grant: grant(at: begin, lasting: duration))
    }

    public func grant(at instant: Date? = nil, lasting duration: Duration = .seconds(2_592_000)) -> RefreshGrant {
        let begin = (instant ?? start).wholeSeconds
        return RefreshGrant(
            tokenID: "token-\(id(RefreshGrant.self))", issuedAt: begin, expiresAt: begin.later(by: duration))
    }

    public func direct(_ first: User.ID, _ second: User.ID, at instant: Date? = nil) -> Conversation {
        let instant = instant ?? start
        return Conversation(
            id: id(), participants: [first, second], isDirect: true, createdBy: first, createdAt: instant,
            updatedAt: instant)
    }

    public func group(_ participants: [User.ID], name: String = "A group", at instant: Date? = nil) -> Conversation {
        let instant = instant ?? start
        return Conversation(
            id: id(), participants: participants, name: name, isDirect: false, createdBy: participants.first,
            createdAt: instant, updatedAt: instant)
    }

    public func message(
        _ content: String = "Hello", by sender: User.ID, in conversation: Conversation.ID, at instant: Date? = nil,
        clientMessageID: String? = nil
    ) -> Message {
        let instant = instant ?? start
        return Message(
            id: id(), content: content, sender: sender, conversation: conversation, clientMessageID: clientMessageID,
            createdAt: instant, updatedAt: instant)
    }

    /// A day of its own for each number.
    public func planDate(_ number: Int = 0) -> PlanDate {
        PlanDate(start.later(by: .seconds(number * 86_400)), in: .gmt)
    }

    public func plan(pool: String = Plan.defaultPool, date: PlanDate? = nil) -> Plan {
        Plan(id: id(), pool: pool, date: date ?? planDate(), seed: 7, createdAt: start)
    }

    /// A part of a plan in which these users, whose ids ascend, are paired in turn.
    public func chunk(_ number: Int, of users: [User.ID]) -> PlanChunk {
        PlanChunk(
            number: number, users: users,
            places: users.indices.map { .inPairing(number * 10_000 + $0 / 2, role: $0 % 2, .drawn) })
    }

    public func autoMessage(
        _ content: String = "Good morning", by sender: User.ID, to receiver: User.ID, in conversation: Conversation.ID,
        due: Date? = nil, date: PlanDate? = nil
    ) -> AutoMessage {
        AutoMessage(
            id: id(), content: content, sender: sender, receiver: receiver, conversation: conversation,
            sendDate: due ?? start, planDate: date ?? planDate(), createdAt: start, updatedAt: start)
    }

    /// A job of people who need not exist.
    public func job(_ content: String = "Good morning", retryCount: Int = 0) -> DeliveryJob {
        DeliveryJob(
            id: id(), senderId: id(), receiverId: id(), content: content, conversationId: id(), sendDate: start,
            retryCount: retryCount, timestamp: start)
    }

    /// A lease that nobody need have taken.
    public func lease(token: Int64, name: String = "planning") -> Lease {
        Lease(
            name: name, holder: NodeID(rawValue: "node-\(token)"), fencingToken: token,
            expiresAt: instant(.seconds(600)))
    }
}
