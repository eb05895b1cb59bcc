import Foundation
import MsgKit
import Testing

/// The rules of ``UserStore``.
public enum UserStoreSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("an account is found by id, address and name, in any letter case", found),
        .init("every field of an account is kept", fieldsKept),
        .init("an unknown account is nil", unknown),
        .init("a taken name is refused in any letter case, and nothing is stored", nameTaken),
        .init("a taken address is refused in any letter case, and nothing is stored", addressTaken),
        .init("of concurrent accounts with one name one is stored", concurrentNames),
        .init("those of 1,000 ids that exist are returned, active or not", byIDs),
        .init("an account changes in what is named and nothing else", change),
        .init("an avatar, a time zone, a pause and a weekly limit can be removed", removal),
        .init("a user is in the default pool unless told otherwise", pool),
        .init("a weekly limit is any number of days a week", weeklyLimits),
        .init("changing an unknown account returns nil", changeUnknown),
        .init("changing to a taken name is refused, and nothing is changed", changeToTaken),
        .init("the letter case of one's own name can change", changeOwnCase),
        .init("of concurrent changes to one name one is made", concurrentRenames),
        .init("when users were last seen is set, and never to an earlier instant", lastSeen),
        .init("a change that asks for a password hash is made while it is that one", hashCondition),
        .init("of concurrent changes that ask for the same password hash one is made", concurrentHashes),
        .init("a change by an administrator is made while they are one and active", administratorCondition),
        .init("of administrators who take one another's role at once one is left", lastAdministrator),
        .init("another process sees an account at once", seenElsewhere),
    ]

    private static func found(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("Anna_1")
        _ = try await stage.user("anna_12")
        #expect(try await backend.users.user(anna.id) == anna)
        #expect(try await backend.users.user(email: "anna_1@example.org") == anna)
        #expect(try await backend.users.user(email: "ANNA_1@Example.ORG") == anna)
        #expect(try await backend.users.user(username: "Anna_1") == anna)
        #expect(try await backend.users.user(username: "aNNA_1") == anna)
    }

    private static func fieldsKept(_ backend: any RecordsUnderTest) async throws {
        let make = Stage(backend).make
        var user = make.user("everything", role: .moderator, isActive: false, autoMessages: false)
        user.avatar = "https://example.org/ä?size=64&x='1'"
        user.timeZone = "Europe/Istanbul"
        user.pool = "night"
        user.pausedUntil = make.planDate(3)
        user.weeklyLimit = 0
        user.lastSeen = make.instant(.milliseconds(-1))
        user.createdAt = make.instant(.milliseconds(1))
        user.updatedAt = make.instant(.milliseconds(999))
        try await backend.users.insert(user)
        #expect(try await backend.users.user(user.id) == user, "an account that is not active is found as well")
        let bare = make.user("bare")
        try await backend.users.insert(bare)
        #expect(try await backend.users.user(bare.id) == bare)
    }

    private static func unknown(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        _ = try await stage.user("known")
        #expect(try await backend.users.user(stage.make.id(User.self)) == nil)
        #expect(try await backend.users.user(email: "unknown@example.org") == nil)
        #expect(try await backend.users.user(email: "") == nil)
        #expect(try await backend.users.user(username: "unknown") == nil)
        #expect(try await backend.users.user(username: "kn%") == nil)
    }

    private static func nameTaken(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let first = try await stage.user("Anna")
        var second = stage.make.user("aNNa")
        second.email = "other@example.org"
        await expectError(.usernameTaken, when: "the name is taken") { try await backend.users.insert(second) }
        #expect(try await backend.users.user(second.id) == nil)
        #expect(try await backend.users.user(email: second.email) == nil)
        #expect(try await backend.users.user(username: "anna") == first)
    }

    private static func addressTaken(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let first = try await stage.user("anna")
        var second = stage.make.user("other")
        second.email = "Anna@Example.org"
        await expectError(.emailTaken, when: "the address is taken") { try await backend.users.insert(second) }
        #expect(try await backend.users.user(second.id) == nil)
        #expect(try await backend.users.user(username: second.username) == nil)
        #expect(try await backend.users.user(email: first.email) == first)
    }

    private static func concurrentNames(_ backend: any RecordsUnderTest) async throws {
        let make = Stage(backend).make
        let elsewhere = try await backend.another()
        let stored = try await concurrently(20) { number in
            var user = make.user(number % 2 == 0 ? "Anna" : "ANNA")
            user.email = "\(number)@example.org"
            do {
                try await (number % 3 == 0 ? elsewhere : backend).users.insert(user)
                return true
            } catch let error as MsgError where error.code == .usernameTaken {
                return false
            }
        }
        #expect(stored.count { $0 } == 1)
    }

    private static func byIDs(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let known = [try await stage.user("anna"), try await stage.user("bert", isActive: false)]
        _ = try await stage.user("cleo")
        let unknown = (0..<998).map { _ in stage.make.id(User.self) }
        let users = try await backend.users.users(known.map(\.id) + unknown)
        #expect(users.sorted { $0.id < $1.id } == known)
        #expect(try await backend.users.users([]) == [])
    }

    private static func change(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        var anna = try await stage.user("anna")
        let bert = try await stage.user("bert")
        anna.isActive = false
        anna.updatedAt = stage.second(1)
        #expect(try await backend.users.update(anna.id, UserChange(isActive: false), at: stage.second(1)) == anna)
        let everything = UserChange(
            username: "Annabel", avatar: "https://example.org/a.png", passwordHash: "$2b$10$other", role: .admin,
            isActive: true, autoMessages: false, timeZone: "Europe/Vienna", pool: "night",
            pausedUntil: stage.make.planDate(9), weeklyLimit: 3)
        let changed = try #require(try await backend.users.update(anna.id, everything, at: stage.second(2)))
        anna.username = "Annabel"
        anna.avatar = "https://example.org/a.png"
        anna.passwordHash = "$2b$10$other"
        anna.role = .admin
        anna.isActive = true
        anna.autoMessages = false
        anna.timeZone = "Europe/Vienna"
        anna.pool = "night"
        anna.pausedUntil = stage.make.planDate(9)
        anna.weeklyLimit = 3
        anna.updatedAt = stage.second(2)
        #expect(changed == anna, "the account is returned as it is afterwards")
        #expect(try await backend.users.user(anna.id) == anna)
        #expect(try await backend.users.user(username: "anna") == nil, "the old name is free")
        #expect(try await backend.users.user(bert.id) == bert, "nobody else changes")
    }

    private static func lastSeen(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        try await backend.users.markSeen([users[0].id, users[1].id, stage.make.id()], at: stage.second(5))
        try await backend.users.markSeen([users[1].id], at: stage.second(9))
        try await backend.users.markSeen([users[1].id, users[0].id], at: stage.second(7))
        try await backend.users.markSeen([], at: stage.second(9))
        var seen: [Date?] = []
        for user in users { seen.append(try await backend.users.user(user.id)?.lastSeen) }
        #expect(seen == [stage.second(7), stage.second(9), nil])
        #expect(try await backend.users.user(users[1].id)?.updatedAt == users[1].updatedAt, "nothing else changes")
    }

    private static func removal(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        var anna = stage.make.user("anna")
        anna.avatar = "https://example.org/a.png"
        anna.timeZone = "Europe/Vienna"
        anna.pausedUntil = stage.make.planDate()
        anna.weeklyLimit = 2
        try await backend.users.insert(anna)
        let unnamed = try await backend.users.update(anna.id, UserChange(role: .moderator), at: stage.second(1))
        #expect(unnamed?.avatar == anna.avatar, "a field that is not named stays")
        #expect(unnamed?.timeZone == anna.timeZone, "a field that is not named stays")
        #expect(unnamed?.pausedUntil == anna.pausedUntil, "a field that is not named stays")
        #expect(unnamed?.weeklyLimit == anna.weeklyLimit, "a field that is not named stays")
        let removed = UserChange(
            avatar: .some(nil), timeZone: .some(nil), pausedUntil: .some(nil), weeklyLimit: .some(nil))
        #expect(try await backend.users.update(anna.id, removed, at: stage.second(2)) != nil)
        let after = try #require(try await backend.users.user(anna.id))
        #expect(after.avatar == nil)
        #expect(after.timeZone == nil)
        #expect(after.pausedUntil == nil)
        #expect(after.weeklyLimit == nil)
    }

    private static func pool(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        #expect(try await backend.users.user(anna.id)?.pool == Plan.defaultPool)
        for pool in ["night", Plan.defaultPool] {
            let moved = try await backend.users.update(anna.id, UserChange(pool: pool), at: stage.second(1))
            #expect(moved?.pool == pool)
            #expect(try await backend.users.user(anna.id)?.pool == pool)
        }
    }

    private static func weeklyLimits(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        for limit in User.weeklyLimits {
            let change = UserChange(weeklyLimit: .some(limit))
            #expect(try await backend.users.update(anna.id, change, at: stage.second(1))?.weeklyLimit == limit)
        }
    }

    private static func changeUnknown(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let change = UserChange(isActive: false)
        #expect(try await backend.users.update(stage.make.id(), change, at: stage.second(1)) == nil)
    }

    private static func changeToTaken(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        let bert = try await stage.user("bert")
        await expectError(.usernameTaken, when: "the new name is taken") {
            try await backend.users.update(bert.id, UserChange(username: "ANNA", role: .admin), at: stage.second(1))
        }
        #expect(try await backend.users.user(bert.id) == bert)
        #expect(try await backend.users.user(anna.id) == anna)
    }

    private static func changeOwnCase(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        let changed = try await backend.users.update(anna.id, UserChange(username: "ANNA"), at: stage.second(1))
        #expect(changed?.username == "ANNA")
        #expect(try await backend.users.user(username: "anna")?.username == "ANNA")
    }

    private static func concurrentRenames(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(10)
        let renamed = try await concurrently(users.count) { number in
            do {
                let change = UserChange(username: "wanted")
                return try await backend.users.update(users[number].id, change, at: stage.second(1)) != nil
            } catch let error as MsgError where error.code == .usernameTaken {
                return false
            }
        }
        #expect(renamed.count { $0 } == 1)
    }

    private static func hashCondition(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        var anna = try await stage.user("anna")
        let condition = UserChange.Condition.passwordHash(anna.passwordHash)
        let new = UserChange(passwordHash: "$2b$10$new", condition: condition)
        anna.passwordHash = "$2b$10$new"
        anna.updatedAt = stage.second(1)
        #expect(try await backend.users.update(anna.id, new, at: stage.second(1)) == anna)
        let late = UserChange(username: "late", passwordHash: "$2b$10$late", condition: condition)
        await expectError(.conflict, when: "the password is another one") {
            try await backend.users.update(anna.id, late, at: stage.second(2))
        }
        #expect(try await backend.users.user(anna.id) == anna, "nothing is changed")
        #expect(try await backend.users.update(stage.make.id(), late, at: stage.second(2)) == nil)
    }

    private static func concurrentHashes(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let elsewhere = try await backend.another()
        let anna = try await stage.user("anna")
        let made = try await concurrently(10) { number -> String? in
            let hash = "$2b$10$number\(number)"
            let change = UserChange(passwordHash: hash, condition: .passwordHash(anna.passwordHash))
            do {
                let store = (number % 2 == 0 ? elsewhere : backend).users
                return try await store.update(anna.id, change, at: stage.second(1))?.passwordHash
            } catch let error as MsgError where error.code == .conflict {
                return nil
            }
        }.compactMap(\.self)
        #expect(made.count == 1)
        #expect(try await backend.users.user(anna.id)?.passwordHash == made.first)
    }

    private static func administratorCondition(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let (anna, bert) = (try await stage.user("anna"), try await stage.user("bert"))
        let change = UserChange(role: .moderator, condition: .administrator(anna.id))
        func tryIt() async throws -> User? { try await backend.users.update(bert.id, change, at: stage.second(2)) }
        func have(_ change: UserChange) async throws {
            #expect(try await backend.users.update(anna.id, change, at: stage.second(1)) != nil)
        }
        await expectError(.conflict, when: "she is none", tryIt)
        try await have(UserChange(role: .moderator))
        await expectError(.conflict, when: "she is a moderator", tryIt)
        try await have(UserChange(role: .admin, isActive: false))
        await expectError(.conflict, when: "she is deactivated", tryIt)
        #expect(try await backend.users.user(bert.id) == bert, "nothing is changed")
        try await have(UserChange(isActive: true))
        #expect(try await tryIt()?.role == .moderator)
        #expect(try await backend.users.update(stage.make.id(), change, at: stage.second(2)) == nil)
        let unknown = UserChange(role: .user, condition: .administrator(stage.make.id()))
        await expectError(.conflict, when: "there is no such administrator") {
            try await backend.users.update(bert.id, unknown, at: stage.second(3))
        }
        let taken = UserChange(username: "ANNA", condition: .administrator(anna.id))
        await expectError(.usernameTaken, when: "the new name is taken") {
            try await backend.users.update(bert.id, taken, at: stage.second(3))
        }
    }

    private static func lastAdministrator(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let elsewhere = try await backend.another()
        for round in 0..<5 {
            var people: [User] = []
            for number in 0..<4 {
                let user = stage.make.user("admin_\(round)_\(number)", role: .admin)
                try await backend.users.insert(user)
                people.append(user)
            }
            let admins = people
            // In a ring: each takes the rights of the next, by role or by activity, in two processes.
            _ = try await concurrently(admins.count) { number in
                let condition = UserChange.Condition.administrator(admins[number].id)
                let change =
                    number % 2 == 0
                    ? UserChange(role: .user, condition: condition) : UserChange(isActive: false, condition: condition)
                do {
                    let next = admins[(number + 1) % admins.count].id
                    let store = (number < 2 ? elsewhere : backend).users
                    return try await store.update(next, change, at: stage.second(1)) != nil
                } catch let error as MsgError where error.code == .conflict {
                    return false
                }
            }
            let left = try await backend.users.users(admins.map(\.id)).count { $0.role == .admin && $0.isActive }
            #expect((1..<admins.count).contains(left))
        }
    }

    private static func seenElsewhere(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let elsewhere = try await backend.another()
        let anna = try await stage.user("anna")
        #expect(try await elsewhere.users.user(username: "anna") == anna)
        _ = try await backend.users.update(anna.id, UserChange(isActive: false), at: stage.second(1))
        #expect(try await elsewhere.users.user(anna.id)?.isActive == false)
    }
}
