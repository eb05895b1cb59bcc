import Foundation
import MsgKit

/// A page of accounts, as administrators see them.
struct AdminUsersAnswer: Encodable, Sendable {
    struct Row: Encodable, Sendable {
        private enum CodingKeys: CodingKey {
            case pool, isOnline
        }

        var account: AccountAnswer.Account
        var pool: String
        var isOnline: Bool

        init(_ listing: UserListing) {
            account = AccountAnswer.Account(listing.user)
            pool = listing.user.pool
            isOnline = listing.isOnline
        }

        func encode(to encoder: any Encoder) throws {
            try account.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(pool, forKey: .pool)
            try container.encode(isOnline, forKey: .isOnline)
        }
    }

    var users: [Row]
    var pagination: PaginationAnswer

    init(_ page: Page<UserListing>) {
        users = page.items.map { Row($0) }
        pagination = PaginationAnswer(page)
    }
}
