import MsgKit
import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RefreshTests {
    private func logIn(_ world: World) async throws -> TokenPair {
        _ = try await world.accounts.register(
            Registration(
                username: try Username("ada"), email: try EmailAddress("ada@example.org"),
                password: try Password("open sesame")))
        return try await world.accounts.logIn(email: "ada@example.org", password: "open sesame").tokens
    }

    @Test func eachRefreshGivesANewPairOfTheSameSession() async throws {
        try await World.with { world in
            var tokens = try await logIn(world)
            let session = try await world.accounts.authenticate(tokens.accessToken).principal.session
            for _ in 0..<3 {
                world.clock.advance(by: .seconds(60))
                let next = try await world.accounts.refresh(tokens.refreshToken).tokens
                #expect(next.refreshToken != tokens.refreshToken)
                #expect(try await world.accounts.authenticate(next.accessToken).principal.session == session)
                tokens = next
            }
            #expect(world.rooms.commands.isEmpty)
        }
    }

    @Test func withinTheGraceASpentTokenGivesTheSameSuccessor() async throws {
        try await World.with { world in
            let tokens = try await logIn(world)
            let first = try await world.accounts.refresh(tokens.refreshToken).tokens
            world.clock.advance(by: .seconds(10))
            let again = try await world.accounts.refresh(tokens.refreshToken).tokens
            #expect(again.refreshToken == first.refreshToken)
            _ = try await world.accounts.refresh(first.refreshToken)
        }
    }

    @Test func manyAtOnceGetOneSuccessor() async throws {
        try await World.with { world in
            let tokens = try await logIn(world)
            let given = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await world.accounts.refresh(tokens.refreshToken).tokens.refreshToken }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(given.count == 1)
        }
    }

    @Test func afterTheGraceASpentTokenEndsTheSessionAndItsSockets() async throws {
        try await World.with { world in
            let tokens = try await logIn(world)
            let session = try await world.accounts.authenticate(tokens.accessToken).principal.session
            let next = try await world.accounts.refresh(tokens.refreshToken).tokens
            world.clock.advance(by: .milliseconds(10_001))
            await expect(.sessionRevoked) { try await world.accounts.refresh(tokens.refreshToken) }
            let expected = [RoomCommand.disconnect(members: [.session(session)])]
            #expect(world.rooms.commands == expected)
            #expect(world.bus.calls.entries == [expected])
            await expect(.sessionRevoked) { try await world.accounts.refresh(next.refreshToken) }
            await expect(.sessionRevoked) { try await world.accounts.authenticate(next.accessToken) }
        }
    }

    @Test func aTokenTwoGenerationsOldIsAReuseToo() async throws {
        try await World.with { world in
            let tokens = try await logIn(world)
            let second = try await world.accounts.refresh(tokens.refreshToken).tokens
            world.clock.advance(by: .seconds(60))
            _ = try await world.accounts.refresh(second.refreshToken)
            await expect(.sessionRevoked) { try await world.accounts.refresh(tokens.refreshToken) }
        }
    }

    @Test func anAccessTokenRefreshesNothing() async throws {
        try await World.with { world in
            let tokens = try await logIn(world)
            await expect(.invalidToken) { try await world.accounts.refresh(tokens.accessToken) }
            await expect(.invalidToken) { try await world.accounts.authenticate(tokens.refreshToken) }
            _ = try await world.accounts.refresh(tokens.refreshToken)
        }
    }

    @Test func anExpiredTokenRefreshesNothing() async throws {
        try await World.with { world in
            let tokens = try await logIn(world)
            world.clock.advance(by: .seconds(2_592_000))
            await expect(.tokenExpired) { try await world.accounts.refresh(tokens.refreshToken) }
        }
    }

    @Test func aDeactivatedUserIsOut() async throws {
        try await World.with { world in
            let tokens = try await logIn(world)
            let user = try await world.accounts.authenticate(tokens.accessToken).principal
            let administration = UserAdministration(
                accounts: world.accounts, exclusions: world.exclusions, actor: .command)
            _ = try await administration.change(try await administration.find("ada"), isActive: false)
            await expect(.sessionRevoked) { try await world.accounts.authenticate(tokens.accessToken) }
            await expect(.sessionRevoked) { try await world.accounts.refresh(tokens.refreshToken) }
            let closed = world.rooms.commands.map(\.summary)
            #expect(closed.contains("disconnect session:\(user.session)"))
            #expect(closed.contains("disconnect user:\(user.id)"))
        }
    }

    @Test func anOperatorFindsUsersByNameAddressAndId() async throws {
        try await World.with { world in
            let ada = try await world.person("ada")
            let administration = UserAdministration(
                accounts: world.accounts, exclusions: world.exclusions, actor: .command)
            for reference in ["ada", "ADA", "ada@example.org", ada.id.description] {
                #expect(try await administration.find(reference).id == ada.id)
            }
            await expect(.userNotFound) { try await administration.find("nobody") }
            let changed = try await administration.change(try await administration.find("ada"), role: .admin)
            #expect(changed.role == .admin)
            #expect(world.rooms.commands.map(\.summary) == ["disconnect user:\(ada.id)"])
        }
    }
}
