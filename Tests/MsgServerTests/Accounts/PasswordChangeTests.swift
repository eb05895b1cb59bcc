import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// A new password while something else happens to the account.
@Suite(.timeLimit(.minutes(1)))
struct PasswordChangeTests {
    /// A thief's call that hangs in a flood of log-ins must not undo what shuts the thief out.
    @Test(arguments: InterruptedUsers.Moment.allCases)
    func aPasswordThatAnOperatorSetsMeanwhileStays(moment: InterruptedUsers.Moment) async throws {
        try await World.with { world in
            let user = try await world.register("ada", password: "open sesame")
            let thief = try await world.logIn("ada", password: "open sesame")
            let users = InterruptedUsers(world.store.users, moment) {
                _ = try await world.operators().setPassword(try Password("by operator"), of: user)
                world.audited.clear()
            }
            await expect(.sessionRevoked) {
                try await world.accounts(on: users).changePassword(
                    of: thief, current: "open sesame", new: try Password("of the thief"))
            }
            #expect(world.audited.entries == [])
            await expect(.invalidCredentials) { try await world.logIn("ada", password: "of the thief") }
            _ = try await world.logIn("ada", password: "by operator")
        }
    }

    @Test func aSessionThatEndsMeanwhileChangesNothing() async throws {
        try await World.with { world in
            let user = try await world.register("ada", password: "open sesame")
            let thief = try await world.logIn("ada", password: "open sesame")
            let users = InterruptedUsers(world.store.users, .afterReading) {
                _ = try await world.operators().revokeSessions(of: user)
            }
            await expect(.sessionRevoked) {
                try await world.accounts(on: users).changePassword(
                    of: thief, current: "open sesame", new: try Password("of the thief"))
            }
            _ = try await world.logIn("ada", password: "open sesame")
        }
    }
}
