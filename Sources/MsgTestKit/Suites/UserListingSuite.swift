import Foundation
import MsgKit
import Testing

/// The rules of ``UserStore``'s listing.
public enum UserListingSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("users are listed by name without regard to letter case", order),
        .init("pages cover everybody once, and say how many there are in all", pages),
        .init("a page beyond the last is empty and still has the total", beyond),
        .init("a part of a name filters, in any letter case", part),
        .init("% and _ stand for themselves", wildcards),
        .init("only active, only deactivated or all accounts are listed", activity),
        .init("only those of a set, or all but those", membership),
        .init("filters add up", together),
    ]

    private static func names(
        _ backend: any RecordsUnderTest, _ filter: UserFilter, page: PageRequest = PageRequest(limit: 50)
    ) async throws -> [String] {
        try await backend.users.users(matching: filter, page: page).items.map(\.username)
    }

    private static func order(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        var stored: [User] = []
        for name in ["cleo", "Anna", "bert", "DORA", "annabel"] { stored.append(try await stage.user(name)) }
        let page = try await backend.users.users(matching: UserFilter(), page: PageRequest(limit: 50))
        #expect(page.items.map(\.username) == ["Anna", "annabel", "bert", "cleo", "DORA"])
        #expect(page.items.first == stored[1], "a listing has the whole account")
        #expect(page.total == 5)
        #expect(page.request == PageRequest(limit: 50))
    }

    private static func pages(_ backend: any RecordsUnderTest) async throws {
        let users = try await Stage(backend).users(23)
        var seen: [String] = []
        for number in 1...3 {
            let request = PageRequest(page: number, limit: 10)
            let page = try await backend.users.users(matching: UserFilter(), page: request)
            #expect(page.items.count == (number < 3 ? 10 : 3))
            #expect(page.total == 23)
            #expect(page.pages == 3)
            seen += page.items.map(\.username)
        }
        #expect(seen == users.map(\.username).sorted())
    }

    private static func beyond(_ backend: any RecordsUnderTest) async throws {
        _ = try await Stage(backend).users(3)
        for number in [2, PageRequest.maximumPage] {
            let request = PageRequest(page: number, limit: 100)
            let page = try await backend.users.users(matching: UserFilter(), page: request)
            #expect(page.items.isEmpty)
            #expect(page.total == 3)
        }
        let nobody = try await backend.users.users(matching: UserFilter(query: "nobody"), page: PageRequest(limit: 10))
        #expect(nobody.total == 0)
        #expect(nobody.pages == 0)
    }

    private static func part(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        for name in ["Joanna", "ANNABEL", "bert"] { _ = try await stage.user(name) }
        #expect(try await names(backend, UserFilter(query: "aNNa")) == ["ANNABEL", "Joanna"])
        #expect(try await names(backend, UserFilter(query: "bert")) == ["bert"])
        #expect(try await names(backend, UserFilter(query: "bertha")) == [])
    }

    private static func wildcards(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        for name in ["a_b", "axb", "ab1"] { _ = try await stage.user(name) }
        #expect(try await names(backend, UserFilter(query: "a_b")) == ["a_b"])
        #expect(try await names(backend, UserFilter(query: "_")) == ["a_b"])
        for query in ["%", "a%b", "\\", "a\\_b", "*", "'", "\"", ".", "[a-z]", "\u{0}"] {
            #expect(try await names(backend, UserFilter(query: query)) == [], "the query is \(query.debugDescription)")
        }
    }

    private static func activity(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        _ = try await stage.user("active")
        _ = try await stage.user("deactivated", isActive: false)
        #expect(try await names(backend, UserFilter()) == ["active"], "active ones, unless asked otherwise")
        #expect(try await names(backend, UserFilter(isActive: false)) == ["deactivated"])
        #expect(try await names(backend, UserFilter(isActive: nil)) == ["active", "deactivated"])
    }

    private static func membership(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(4)
        let some = [users[1].id, users[3].id, stage.make.id()]
        #expect(try await names(backend, UserFilter(membership: .among(some))) == ["user_1", "user_3"])
        #expect(try await names(backend, UserFilter(membership: .notAmong(some))) == ["user_0", "user_2"])
        #expect(try await names(backend, UserFilter(membership: .among([]))) == [])
        #expect(try await names(backend, UserFilter(membership: .notAmong([]))) == users.map(\.username))
        let many = (0..<20_000).map { _ in stage.make.id() as User.ID } + some
        #expect(try await names(backend, UserFilter(membership: .among(many))) == ["user_1", "user_3"])
    }

    private static func together(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        var online: [User.ID] = []
        for (name, isActive, isOnline) in [
            ("anna", true, true), ("annabel", true, false), ("joanna", false, false), ("bert", true, true),
        ] {
            let user = try await stage.user(name, isActive: isActive)
            if isOnline { online.append(user.id) }
        }
        #expect(try await names(backend, UserFilter(query: "anna", membership: .among(online))) == ["anna"])
        #expect(
            try await names(backend, UserFilter(query: "anna", isActive: nil, membership: .notAmong(online))) == [
                "annabel", "joanna",
            ])
        let page = try await backend.users.users(
            matching: UserFilter(query: "anna", isActive: nil), page: PageRequest(page: 2, limit: 2))
        #expect(page.items.map(\.username) == ["joanna"])
        #expect(page.total == 3, "the total counts what matches")
    }
}
