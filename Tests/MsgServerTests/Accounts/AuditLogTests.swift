import Foundation
import HTTPTypes
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@testable import MsgServer

/// What the audit log tells, and what it never does.
@Suite(.timeLimit(.minutes(1)))
struct AuditLogTests {
    private let password = "open sesame"

    private func register(_ world: World, _ name: String) async throws -> User {
        try await world.accounts.register(
            Registration(
                username: try Username(name), email: try EmailAddress("\(name)@example.org"),
                password: try Password(password)))
    }

    private func names(_ world: World) -> [String] {
        world.audited.entries.map { line in
            String(line.split(separator: " ")[1])
        }
    }

    @Test func aLifeInLines() async throws {
        try await World.with { world in
            let user = try await register(world, "ada")
            await expect(.invalidCredentials) {
                try await world.accounts.logIn(email: "ada@example.org", password: "wrong password")
            }
            await expect(.invalidCredentials) {
                try await world.accounts.logIn(email: "nobody@example.org", password: password)
            }
            let first = try await world.accounts.logIn(email: "ada@example.org", password: password).tokens
            let principal = try await world.accounts.authenticate(first.accessToken).principal
            let second = try await world.accounts.logIn(email: "ada@example.org", password: password).tokens
            try await world.accounts.changePassword(of: principal, current: password, new: try Password("swordfish"))
            _ = try await world.accounts.refresh(first.refreshToken)
            world.clock.advance(by: .seconds(60))
            await expect(.sessionRevoked) { try await world.accounts.refresh(first.refreshToken) }
            let operators = UserAdministration(
                accounts: world.accounts, exclusions: world.exclusions, actor: .command)
            _ = try await operators.change(user, role: .admin)
            _ = try await operators.change(user, isActive: false)
            #expect(
                names(world) == [
                    "account.registered", "login.failed", "login.failed", "login.succeeded", "login.succeeded",
                    "password.changed", "sessions.revoked", "session.token_reused", "role.changed",
                    "account.deactivated",
                ])
            let lines = world.audited.entries
            #expect(lines[1] == "notice: login.failed by=nobody means=password reason=wrong_password user=\(user.id)")
            #expect(lines[2] == "notice: login.failed by=nobody means=password reason=unknown_account")
            #expect(
                lines[8] == "notice: role.changed by=command from=user to=admin user=\(user.id)")
            let all = lines.joined(separator: "\n")
            for secret in [
                password, "wrong password", "swordfish", "example.org", first.accessToken, second.refreshToken, "$2b$",
            ] {
                #expect(!all.contains(secret))
            }
        }
    }

    @Test func whoIsRefusedARouteIsTold() async throws {
        try await World.with { world in
            let user = try await register(world, "ada")
            let tokens = try await world.accounts.logIn(email: "ada@example.org", password: password).tokens
            world.audited.clear()
            let answer = try await TestAPI(world).ask(
                .get, "/api/admin/users", headers: [.authorization: "Bearer \(tokens.accessToken)"])
            #expect(answer.status == 403)
            let line = try #require(world.audited.entries.first)
            #expect(line.hasPrefix("warning: access.denied ") && line.contains("by=\(user.id)"))
            #expect(line.contains("role=user route=GET /api/admin/users"))
        }
    }

    @Test func oneEndsOnesOwnSessionsOnly() async throws {
        try await World.with { world in
            _ = try await register(world, "ada")
            _ = try await register(world, "bob")
            func logIn(_ name: String) async throws -> Principal {
                let tokens = try await world.accounts.logIn(email: "\(name)@example.org", password: password).tokens
                return try await world.accounts.authenticate(tokens.accessToken).principal
            }
            let (one, two, three) = (try await logIn("ada"), try await logIn("ada"), try await logIn("ada"))
            let bob = try await logIn("bob")
            await expect(.notFound) { try await world.accounts.endSession(bob.session, of: one) }
            try await world.accounts.endSession(two.session, of: one)
            #expect(world.rooms.commands.map(\.summary).contains("disconnect session:\(two.session)"))
            await expect(.notFound) { try await world.accounts.endSession(two.session, of: one) }
            let left = try await world.accounts.sessions(of: one.id).map(\.id)
            #expect(Set(left) == [one.session, three.session])
            #expect(try await world.accounts.endOtherSessions(of: one) == 1)
            #expect(try await world.accounts.sessions(of: one.id).map(\.id) == [one.session])
            #expect(try await world.accounts.sessions(of: bob.id).map(\.id) == [bob.session])
        }
    }

    @Test func aWrongCurrentPasswordIsTold() async throws {
        try await World.with { world in
            let user = try await register(world, "ada")
            let tokens = try await world.accounts.logIn(email: "ada@example.org", password: password).tokens
            let principal = try await world.accounts.authenticate(tokens.accessToken).principal
            world.audited.clear()
            await expect(.validationFailed) {
                try await world.accounts.changePassword(of: principal, current: "guess", new: try Password("swordfish"))
            }
            #expect(
                world.audited.entries == [
                    "notice: login.failed by=\(user.id) by_session=\(principal.session) means=password_change "
                        + "reason=wrong_password user=\(user.id)"
                ])
        }
    }

    @Test func whatAnOperatorExcludesIsTold() async throws {
        try await World.with { world in
            let (ada, bob) = (try await register(world, "ada"), try await register(world, "bob"))
            let operators = UserAdministration(accounts: world.accounts, exclusions: world.exclusions, actor: .command)
            world.audited.clear()
            try await operators.exclude(bob.id, by: ada)
            #expect(try await world.exclusions.list(of: ada.id).map(\.id) == [bob.id])
            try await operators.include(bob.id, by: ada)
            await expect(.badRequest) { try await operators.exclude(ada.id, by: ada) }
            let line = "notice: account.changed by=command field=exclusions user=\(ada.id)"
            #expect(world.audited.entries == [line, line])
        }
    }

    @Test func anAdministratorStaysOne() async throws {
        try await World.with { world in
            let ada = try await world.person("ada", role: .admin)
            let administration = UserAdministration(
                accounts: world.accounts, exclusions: world.exclusions, actor: AuditActor(ada))
            let user = try await administration.user(ada.id)
            await expect(.forbidden) { _ = try await administration.change(user, role: .user) }
            await expect(.forbidden) { _ = try await administration.change(user, isActive: false) }
            #expect(try await administration.user(ada.id).role == .admin)
        }
    }

    /// Each was let in while the other had not done it yet.
    @Test func ofTwoAdministratorsWhoTakeEachOthersRoleOneIsLeft() async throws {
        try await World.with { world in
            let (ada, eve) = (try await world.person("ada", role: .admin), try await world.person("eve", role: .admin))
            func administration(_ actor: Principal) -> UserAdministration {
                UserAdministration(accounts: world.accounts, exclusions: world.exclusions, actor: AuditActor(actor))
            }
            let (adaStored, eveStored) = (
                try await administration(eve).user(ada.id), try await administration(ada).user(eve.id)
            )
            _ = try await administration(ada).change(eveStored, role: .user)
            await expect(.forbidden) { try await administration(eve).change(adaStored, isActive: false) }
            let left = try #require(try await world.store.users.user(ada.id))
            #expect(left.role == .admin && left.isActive)
            #expect(names(world) == ["role.changed"])
        }
    }
}
