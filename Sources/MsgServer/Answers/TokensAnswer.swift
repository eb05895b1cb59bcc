import MsgKit

/// The tokens of a log-in or a refresh, and whose they are.
struct TokensAnswer: Encodable, Sendable {
    var accessToken: String
    var refreshToken: String
    var expiresIn: Int
    var user: AccountAnswer.Account

    init(_ user: User, _ tokens: TokenPair) {
        accessToken = tokens.accessToken
        refreshToken = tokens.refreshToken
        expiresIn = tokens.expiresIn
        self.user = AccountAnswer.Account(user)
    }
}
