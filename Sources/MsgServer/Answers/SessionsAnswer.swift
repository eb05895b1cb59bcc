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
        /// Whether it is the one that asks.
        var isCurrent: Bool
    }

    var sessions: [Row]

    init(_ sessions: [Session], asking: Session.ID) {
        self.sessions = sessions.map {
            Row(
                id: $0.id, createdAt: $0.createdAt, refreshedAt: $0.grant.issuedAt, expiresAt: $0.grant.expiresAt,
                isCurrent: $0.id == asking)
        }
    }
}
