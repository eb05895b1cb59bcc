import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// Hashes that were made with another cost than the configured one.
@Suite(.timeLimit(.minutes(1)))
struct HashRenewalTests {
    private static let password = "open sesame"

    /// The hash of somebody whose password was hashed with the cost 5, in a world where it is 4.
    private func stored(_ world: World) async throws -> String {
        let user = try await world.register("ada", password: Self.password)
        let hash = try await PasswordHasher(cost: 5).hash(Self.password)
        _ = try await world.store.users.update(user.id, UserChange(passwordHash: hash), at: world.clock.now)
        return hash
    }

    private func hash(_ world: World) async throws -> String? {
        try await world.store.users.user(username: "ada")?.passwordHash
    }

    @Test func aGoodLogInMakesItAnew() async throws {
        try await World.with { world in
            let old = try await stored(world)
            await expect(.invalidCredentials) { try await world.logIn("ada", password: "wrong") }
            #expect(try await hash(world) == old)
            _ = try await world.logIn("ada", password: Self.password)
            let new = try await hash(world)
            #expect(new?.hasPrefix("$2b$04$") == true)
            _ = try await world.logIn("ada", password: Self.password)
            #expect(try await hash(world) == new, "once is enough")
        }
    }

    @Test func whoIsDeactivatedKeepsIt() async throws {
        try await World.with { world in
            let old = try await stored(world)
            let user = try #require(try await world.store.users.user(username: "ada"))
            _ = try await world.operators().change(user, isActive: false)
            await expect(.invalidCredentials) { try await world.logIn("ada", password: Self.password) }
            #expect(try await hash(world) == old)
        }
    }

    @Test func allWhoLogInAtOnceAreLetIn() async throws {
        try await World.with { world in
            _ = try await stored(world)
            try await withThrowingTaskGroup(of: Principal.self) { group in
                for _ in 0..<8 { group.addTask { try await world.logIn("ada", password: Self.password) } }
                var sessions: Set<Session.ID> = []
                for try await principal in group { sessions.insert(principal.session) }
                #expect(sessions.count == 8)
            }
        }
    }

    @Test func aNewPasswordMeanwhileStays() async throws {
        try await World.with { world in
            _ = try await stored(world)
            let user = try #require(try await world.store.users.user(username: "ada"))
            let users = InterruptedUsers(world.store.users, .beforeWriting) {
                _ = try await world.operators().setPassword(try Password("by operator"), of: user)
            }
            await expect(.invalidCredentials) {
                try await world.accounts(on: users).logIn(email: user.email, password: Self.password)
            }
            _ = try await world.logIn("ada", password: "by operator")
        }
    }

    @Test func whoIsRightIsLetInAlsoWhenItCanNotBeStored() async throws {
        try await World.with { world in
            let old = try await stored(world)
            let users = InterruptedUsers(world.store.users, .beforeWriting) {
                throw MsgError(.unavailable, "The cache is away.")
            }
            _ = try await world.accounts(on: users).logIn(email: "ada@example.org", password: Self.password)
            #expect(try await hash(world) == old)
        }
    }
}
