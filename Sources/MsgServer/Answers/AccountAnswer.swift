import Foundation
import MsgKit

/// `user`: one's own account.
struct AccountAnswer: Encodable, Sendable {
    struct Account: Encodable, Sendable {
        var id: User.ID
        var username: String
        var email: String
        var avatar: String?
        var role: UserRole
        var isActive: Bool
        var autoMessages: Bool
        var timezone: String?
        var lastSeen: Date?
        var createdAt: Date
        var updatedAt: Date

        init(_ user: User) {
            id = user.id
            username = user.username
            email = user.email
            avatar = user.avatar
            role = user.role
            isActive = user.isActive
            autoMessages = user.autoMessages
            timezone = user.timeZone
            lastSeen = user.lastSeen
            createdAt = user.createdAt
            updatedAt = user.updatedAt
        }
    }

    var user: Account

    init(_ user: User) {
        self.user = Account(user)
    }
}
