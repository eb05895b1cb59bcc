import Foundation
import MsgKit

/// A page of users, as people find each other.
struct UserListAnswer: Encodable, Sendable {
    struct Row: Encodable, Sendable {
        var _id: User.ID
        var id: User.ID
        var username: String
        /// Only for admins.
        var email: String?
        @Nullable var avatar: String?
        var isOnline: Bool
        @Nullable var lastSeen: Date?
    }

    var users: [Row]
    /// Users on this page.
    var count: Int
    var pagination: PaginationAnswer

    init(_ page: Page<UserListing>, showsEmail: Bool) {
        users = page.items.map { listing in
            Row(
                _id: listing.user.id, id: listing.user.id, username: listing.user.username,
                email: showsEmail ? listing.user.email : nil, avatar: listing.user.avatar, isOnline: listing.isOnline,
                lastSeen: listing.user.lastSeen)
        }
        count = users.count
        pagination = PaginationAnswer(page)
    }
}
