import Foundation

/// One log-in: a family of refresh tokens of which only the newest is good.
public struct Session: Sendable, Equatable {
    public typealias ID = Identifier<Session>

    public var id: ID
    public var user: User.ID
    public var createdAt: Date
    /// What the log-in came from.
    public var client: SessionClient
    /// The refresh token that is good now.
    public var grant: RefreshGrant

    /// When its tokens were last made anew, at first when the log-in was. Tokens tell whole seconds.
    public var refreshedAt: Date { max(createdAt, grant.issuedAt) }

    public init(id: ID, user: User.ID, createdAt: Date, client: SessionClient, grant: RefreshGrant) {
        self.id = id
        self.user = user
        self.createdAt = createdAt
        self.client = client
        self.grant = grant
    }
}
