import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AccountServiceTests {
    private func registration(_ username: String = "ada", _ email: String = "ada@example.org") throws -> Registration {
        Registration(
            username: try Username(username), email: try EmailAddress(email), password: try Password("open sesame"))
    }

    private func logIn(_ world: World, _ password: String = "open sesame") async throws -> TokenPair {
        try await world.accounts.logIn(email: "ada@example.org", password: password).tokens
    }

    @Test func aNewAccountHoldsAHashAndNothingElseOfThePassword() async throws {
        try await World.with { world in
            let user = try await world.accounts.register(try registration())
            let stored = try #require(try await world.store.users.user(user.id))
            #expect(stored == user)
            #expect(stored.passwordHash.hasPrefix("$2b$"))
            #expect(stored.role == .user && stored.isActive && stored.autoMessages)
            #expect(stored.createdAt == world.clock.now)
        }
    }

    @Test(arguments: [
        ("ada", "eve@example.org", ErrorCode.usernameTaken), ("ADA", "eve@example.org", .usernameTaken),
        ("eve", "ada@example.org", .emailTaken), ("eve", "ADA@Example.Org", .emailTaken),
    ])
    func aTakenNameOrAddressIsRefusedInAnyLetterCase(username: String, email: String, code: ErrorCode) async throws {
        try await World.with { world in
            _ = try await world.accounts.register(try registration())
            await expect(code) { try await world.accounts.register(try registration(username, email)) }
            #expect(try await world.store.users.users(matching: UserFilter(), page: PageRequest(limit: 9)).total == 1)
        }
    }

    @Test func ofManyWhoWantOneNameOneGetsIt() async throws {
        try await World.with { world in
            let made = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let wanted = try? registration("ada", "ada\(number)@example.org")
                        guard let wanted else { return false }
                        return (try? await world.accounts.register(wanted)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 1)
        }
    }

    @Test func loggingInOpensASession() async throws {
        try await World.with { world in
            let user = try await world.accounts.register(try registration())
            let (found, tokens) = try await world.accounts.logIn(email: "ADA@example.org", password: "open sesame")
            #expect(found == user)
            let (principal, expiresAt) = try await world.accounts.authenticate(tokens.accessToken)
            #expect(principal.id == user.id)
            #expect(expiresAt == world.clock.now.later(by: .seconds(900)))
        }
    }

    @Test func everyRefusedLogInIsToldTheSame() async throws {
        try await World.with { world in
            let user = try await world.accounts.register(try registration())
            let inactive = try await world.person("eve", isActive: false)
            _ = try await world.store.users.update(
                inactive.id, UserChange(passwordHash: user.passwordHash), at: world.clock.now)
            _ = try await world.person("nohash")
            var sentences: Set<String> = []
            for (email, password) in [
                ("ada@example.org", "wrong password"), ("nobody@example.org", "open sesame"),
                ("eve@example.org", "open sesame"), ("nohash@example.org", ""), ("nohash@example.org", "open sesame"),
                ("ada@example.org", ""), ("ada@example.org", String(repeating: "a", count: 73)),
                ("ada@example.org", "open sesame\u{0}"), ("", ""), ("%", "open sesame"),
            ] {
                let error = await expect(.invalidCredentials) {
                    try await world.accounts.logIn(email: email, password: password)
                }
                sentences.insert(error?.message ?? "")
            }
            #expect(sentences.count == 1)
        }
    }

    @Test func loggingOutKillsTheTokensAndClosesTheSockets() async throws {
        try await World.with { world in
            _ = try await world.accounts.register(try registration())
            let (here, elsewhere) = (try await logIn(world), try await logIn(world))
            let principal = try await world.accounts.authenticate(here.accessToken).principal
            try await world.accounts.logOut(principal)
            await expect(.sessionRevoked) { try await world.accounts.authenticate(here.accessToken) }
            await expect(.sessionRevoked) { try await world.accounts.refresh(here.refreshToken) }
            _ = try await world.accounts.authenticate(elsewhere.accessToken)
            let expected = [RoomCommand.disconnect(members: [.session(principal.session)])]
            #expect(world.rooms.commands == expected)
            // The other processes have it before the answer is given.
            #expect(world.bus.calls.entries == [expected])
        }
    }

    @Test func aNewPasswordEndsTheOtherSessions() async throws {
        try await World.with { world in
            _ = try await world.accounts.register(try registration())
            let tokens = [try await logIn(world), try await logIn(world), try await logIn(world)]
            var principals: [Principal] = []
            for pair in tokens { principals.append(try await world.accounts.authenticate(pair.accessToken).principal) }
            try await world.accounts.changePassword(
                of: principals[1], current: "open sesame", new: try Password("shut sesame"))
            _ = try await world.accounts.authenticate(tokens[1].accessToken)
            for pair in [tokens[0], tokens[2]] {
                await expect(.sessionRevoked) { try await world.accounts.authenticate(pair.accessToken) }
            }
            guard case .disconnect(let members, _) = world.rooms.commands.first else {
                Issue.record("no socket was closed")
                return
            }
            #expect(Set(members) == Set([principals[0], principals[2]].map { Room.session($0.session) }))
            await expect(.invalidCredentials) { try await logIn(world) }
            _ = try await logIn(world, "shut sesame")
        }
    }

    @Test(arguments: ["wrong", "", "open sesame\u{0}", String(repeating: "a", count: 73)])
    func aWrongCurrentPasswordChangesNothing(current: String) async throws {
        try await World.with { world in
            _ = try await world.accounts.register(try registration())
            let principal = try await world.accounts.authenticate(try await logIn(world).accessToken).principal
            let error = await expect(.validationFailed) {
                try await world.accounts.changePassword(
                    of: principal, current: current, new: try Password("shut sesame"))
            }
            #expect(error?.fields.map(\.path) == ["currentPassword"])
            _ = try await logIn(world)
        }
    }

    @Test func aProfileChangesOnlyWhatIsNamed() async throws {
        try await World.with { world in
            let (ada, _) = (try await world.person("ada"), try await world.person("eve"))
            let changed = try await world.accounts.change(
                ProfileChange(avatar: .some("https://example.org/a.png"), autoMessages: false), of: ada)
            #expect(changed.username == "ada" && !changed.autoMessages && changed.avatar != nil)
            #expect(try await world.accounts.change(ProfileChange(avatar: .some(nil)), of: ada).avatar == nil)
            await expect(.usernameTaken) {
                try await world.accounts.change(ProfileChange(username: try Username("EVE")), of: ada)
            }
            #expect(try await world.accounts.profile(of: ada).username == "ada")
        }
    }
}
