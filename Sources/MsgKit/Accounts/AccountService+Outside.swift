/// Logging in with a token of the outside issuer; the keys of both issuers.
extension AccountService {
    /// Tells which keys tokens are signed with and checked against, and reads those of the outside issuer.
    /// - Throws: ``ErrorCode/configuration`` when the latter can't be used.
    public func prepareKeys() async throws {
        audit.record(.keysLoaded(tokens.keyIDs), by: .nobody)
        try await outside?.prepare()
    }

    /// Opens a session for the account that the token stands for. No account is made for it.
    /// - Throws: ``ErrorCode/notFound`` when no outside issuer is configured; ``ErrorCode/invalidToken``,
    ///   ``ErrorCode/tokenExpired``; ``ErrorCode/invalidCredentials`` when there is no such account or it is deactivated.
    public func logIn(
        outsideToken token: String, from client: SessionClient = SessionClient()
    ) async throws -> (user: User, tokens: TokenPair) {
        guard let outside else {
            throw MsgError(.notFound, "Nobody is let in here by tokens of another issuer.")
        }
        func refuse(_ user: User?, _ reason: AuditEvent.Refusal) -> MsgError {
            audit.record(.logInFailed(user: user?.id, reason, .outsideToken), by: .nobody)
            return MsgError(.invalidCredentials, "The token is good, but there is no account here that it opens.")
        }
        let found: User?
        do {
            found = try await outside.user(of: token, in: users)
        } catch let error as MsgError where error.code == .invalidToken || error.code == .tokenExpired {
            _ = refuse(nil, .invalidToken)
            throw error
        }
        guard let user = found else { throw refuse(nil, .unknownAccount) }
        guard user.isActive else { throw refuse(user, .deactivated) }
        guard let opened = try await openSession(for: user, from: client, by: .outsideToken) else {
            throw refuse(user, .changed)
        }
        return opened
    }
}
