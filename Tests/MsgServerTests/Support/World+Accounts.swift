import MsgKit
import MsgTestKit
import SQLiteBackend

extension World {
    /// The accounts of this world through another store, or with hashes of another cost.
    func accounts(on users: any UserStore, cost: Int = 4) -> AccountService {
        AccountService(
            users: users, sessions: store.sessions, hasher: PasswordHasher(cost: cost), tokens: tokens,
            realtime: realtime, clock: clock, identifiers: identifiers, refreshGrace: .seconds(10),
            audit: AuditLog(logger: LogJournal.logger(audited)))
    }

    func operators(_ actor: AuditActor = .command) -> UserAdministration {
        UserAdministration(accounts: accounts, exclusions: exclusions, actor: actor)
    }

    /// Somebody who has a password.
    func register(_ username: String, password: String) async throws -> User {
        try await accounts.register(
            Registration(
                username: try Username(username), email: try EmailAddress("\(username)@example.org"),
                password: try Password(password)))
    }

    /// Who is logged in by a new session.
    func logIn(_ username: String, password: String) async throws -> Principal {
        let tokens = try await accounts.logIn(email: "\(username)@example.org", password: password).tokens
        return try await accounts.authenticate(tokens.accessToken).principal
    }
}
