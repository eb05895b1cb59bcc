import MsgKit

/// `user` of a registration.
struct RegisteredAnswer: Encodable, Sendable {
    struct Account: Encodable, Sendable {
        var id: User.ID
        var username: String
        var email: String
    }

    var user: Account

    init(_ user: User) {
        self.user = Account(id: user.id, username: user.username, email: user.email)
    }
}
