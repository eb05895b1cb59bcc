import Foundation
import MsgKit

/// `user`: one's own account.
struct AccountAnswer: Encodable, Sendable {
    struct Account: Encodable, Sendable {
        var id: User.ID
        var username: String
        var email: String
        @Nullable var avatar: String?
        var role: UserRole
        var isActive: Bool
        var autoMessages: Bool
        @Nullable var timezone: String?
        @Nullable var pausedUntil: PlanDate?
        @Nullable var weeklyLimit: Int?
        @Nullable var lastSeen: Date?
        var createdAt: Date
        var updatedAt: Date

        init(_ user: User) {
            id = user.id
            username = user.username
            email = user.email
            _avatar = Nullable(wrappedValue: user.avatar)
            role = user.role
            isActive = user.isActive
            autoMessages = user.autoMessages
            _timezone = Nullable(wrappedValue: user.timeZone)
            _pausedUntil = Nullable(wrappedValue: user.pausedUntil)
            _weeklyLimit = Nullable(wrappedValue: user.weeklyLimit)
            _lastSeen = Nullable(wrappedValue: user.lastSeen)
            createdAt = user.createdAt
            updatedAt = user.updatedAt
        }
    }

    var user: Account

    init(_ user: User) {
        self.user = Account(user)
    }
}
