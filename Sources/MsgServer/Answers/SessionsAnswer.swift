import Foundation
import MsgKit

/// One's sessions that have not ended, the latest first.
struct SessionsAnswer: Encodable, Sendable {
    struct Row: Encodable, Sendable {
        var id: Session.ID
        /// When the log-in was.
        var createdAt: Date
        /// When its tokens were last made anew; at first when the log-in was.
        var refreshedAt: Date
        /// When it ends, unless it is refreshed before.
        var expiresAt: Date
        /// What the log-in came from, where that is known.
        @Nullable var address: String?
        @Nullable var userAgent: String?
        /// Whether it is the one that asks.
        var isCurrent: Bool

        init(_ session: Session, asking: Session.ID) {
            id = session.id
            createdAt = session.createdAt
            refreshedAt = session.refreshedAt
            expiresAt = session.grant.expiresAt
            _address = Nullable(wrappedValue: session.client.address)
            _userAgent = Nullable(wrappedValue: session.client.userAgent)
            isCurrent = session.id == asking
        }
    }

    var sessions: [Row]

    init(_ sessions: [Session], asking: Session.ID) {
        self.sessions = sessions.map { Row($0, asking: asking) }
    }
}
