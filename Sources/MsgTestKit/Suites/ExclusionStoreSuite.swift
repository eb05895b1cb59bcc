import Foundation
import MsgKit
import Testing

/// The rules of ``ExclusionStore``.
public enum ExclusionStoreSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("exclusions are kept in the order of adding, each user's own", kept),
        .init("excluding twice is no error and changes nothing", twice),
        .init("an exclusion that is taken back is gone, and none at all is no error", takenBack),
        .init("two are kept apart whoever of them excluded the other", eitherWay),
        .init("an unknown user can't be excluded and can't exclude", unknown),
        .init("nobody can exclude themselves", oneself),
        .init("a user excludes a hundred others at most, also when many are added at once", bound),
        .init("of concurrent additions of one user one is kept", concurrentTwice),
        .init("everybody's exclusions are listed by user and other, in steps", listed),
        .init("another process sees an exclusion at once", seenElsewhere),
    ]

    private static func kept(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(4)
        #expect(try await backend.exclusions.exclusions(of: users[0].id) == [])
        // All at one instant: the order is that of the calls.
        for number in [2, 1, 3] {
            try await backend.exclusions.exclude(users[number].id, by: users[0].id, at: stage.make.start)
        }
        try await backend.exclusions.exclude(users[3].id, by: users[1].id, at: stage.make.start)
        #expect(try await backend.exclusions.exclusions(of: users[0].id) == [2, 1, 3].map { users[$0].id })
        #expect(try await backend.exclusions.exclusions(of: users[1].id) == [users[3].id])
        #expect(try await backend.exclusions.exclusions(of: users[3].id) == [], "who is excluded has excluded nobody")
        #expect(try await backend.exclusions.exclusions(of: stage.make.id()) == [])
    }

    private static func twice(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        for number in [1, 2, 1] {
            try await backend.exclusions.exclude(users[number].id, by: users[0].id, at: stage.second(number))
        }
        #expect(try await backend.exclusions.exclusions(of: users[0].id) == [users[1].id, users[2].id])
        try await backend.exclusions.include(users[1].id, by: users[0].id)
        #expect(try await backend.exclusions.exclusions(of: users[0].id) == [users[2].id])
    }

    private static func takenBack(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        try await backend.exclusions.exclude(users[1].id, by: users[0].id, at: stage.make.start)
        try await backend.exclusions.exclude(users[0].id, by: users[1].id, at: stage.make.start)
        try await backend.exclusions.include(users[2].id, by: users[0].id)
        try await backend.exclusions.include(stage.make.id(), by: stage.make.id())
        try await backend.exclusions.include(users[1].id, by: users[0].id)
        #expect(try await backend.exclusions.exclusions(of: users[0].id) == [])
        #expect(try await backend.exclusions.exclusions(of: users[1].id) == [users[0].id], "the other's own stays")
        #expect(try await backend.exclusions.isExcluded(users[0].id, users[1].id))
        try await backend.exclusions.include(users[0].id, by: users[1].id)
        #expect(try await !backend.exclusions.isExcluded(users[0].id, users[1].id))
        #expect(try await backend.exclusions.exclusions(after: nil, limit: 10) == [])
        try await backend.exclusions.exclude(users[1].id, by: users[0].id, at: stage.make.start)
        #expect(try await backend.exclusions.exclusions(of: users[0].id) == [users[1].id], "it can be added again")
    }

    private static func eitherWay(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(4)
        try await backend.exclusions.exclude(users[1].id, by: users[0].id, at: stage.make.start)
        try await backend.exclusions.exclude(users[2].id, by: users[0].id, at: stage.make.start)
        try await backend.exclusions.exclude(users[0].id, by: users[3].id, at: stage.make.start)
        for one in users.indices {
            for other in users.indices {
                let expected = one != other && (one == 0 || other == 0)
                #expect(
                    try await backend.exclusions.isExcluded(users[one].id, users[other].id) == expected,
                    "\(one) and \(other)")
            }
        }
    }

    private static func unknown(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        let stranger: User.ID = stage.make.id()
        await expectError(.userNotFound, when: "the other is unknown") {
            try await backend.exclusions.exclude(stranger, by: anna.id, at: stage.make.start)
        }
        await expectError(.userNotFound, when: "the user is unknown") {
            try await backend.exclusions.exclude(anna.id, by: stranger, at: stage.make.start)
        }
        #expect(try await backend.exclusions.exclusions(after: nil, limit: 10) == [])
        let bert = try await stage.user("bert", isActive: false)
        try await backend.exclusions.exclude(bert.id, by: anna.id, at: stage.make.start)
        #expect(try await backend.exclusions.exclusions(of: anna.id) == [bert.id], "who is deactivated may come back")
    }

    private static func oneself(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        await expectError(.badRequest, when: "both are one") {
            try await backend.exclusions.exclude(anna.id, by: anna.id, at: stage.make.start)
        }
        #expect(try await backend.exclusions.exclusions(of: anna.id) == [])
    }

    private static func bound(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let elsewhere = try await backend.another()
        let anna = try await stage.user("anna")
        let others = try await stage.users(Exclusion.maximumPerUser + 10)
        let early = Exclusion.maximumPerUser - 10
        for other in others.prefix(early) {
            try await backend.exclusions.exclude(other.id, by: anna.id, at: stage.make.start)
        }
        let isAdded = try await concurrently(20) { number in
            do {
                try await (number % 2 == 0 ? backend : elsewhere).exclusions.exclude(
                    others[early + number].id, by: anna.id, at: stage.make.start)
                return true
            } catch let error as MsgError where error.code == .conflict {
                return false
            }
        }
        #expect(isAdded.count { $0 } == 10)
        let kept = try await backend.exclusions.exclusions(of: anna.id)
        let added = zip(others.suffix(20), isAdded).filter(\.1).map(\.0.id)
        #expect(Set(kept) == Set(others.prefix(early).map(\.id) + added))
        #expect(kept.count == Exclusion.maximumPerUser)
        try await backend.exclusions.exclude(kept[0], by: anna.id, at: stage.make.start)
        try await backend.exclusions.include(kept[0], by: anna.id)
        let missing = try #require(others.first { !kept.contains($0.id) })
        try await backend.exclusions.exclude(missing.id, by: anna.id, at: stage.make.start)
        #expect(try await backend.exclusions.exclusions(of: anna.id) == kept.dropFirst() + [missing.id])
    }

    private static func concurrentTwice(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let elsewhere = try await backend.another()
        let users = try await stage.users(2)
        _ = try await concurrently(10) { number in
            try await (number % 2 == 0 ? backend : elsewhere).exclusions.exclude(
                users[1].id, by: users[0].id, at: stage.make.start)
        }
        #expect(try await backend.exclusions.exclusions(of: users[0].id) == [users[1].id])
    }

    private static func listed(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(8)
        var expected: [Exclusion] = []
        for user in 0..<6 {
            for other in users.indices.reversed() where other != user && (user + other) % 3 != 0 {
                try await backend.exclusions.exclude(users[other].id, by: users[user].id, at: stage.make.start)
                expected.append(Exclusion(of: users[other].id, by: users[user].id))
            }
        }
        // One in the middle has none any more.
        for exclusion in expected where exclusion.user == users[3].id {
            try await backend.exclusions.include(exclusion.other, by: exclusion.user)
        }
        expected = expected.filter { $0.user != users[3].id }
            .sorted { ($0.user, $0.other) < ($1.user, $1.other) }
        for limit in [1, 2, 7, 1_000] {
            var seen: [Exclusion] = []
            while seen.count <= expected.count {
                let step = try await backend.exclusions.exclusions(after: seen.last, limit: limit)
                #expect(step.count <= limit)
                if step.isEmpty { break }
                seen += step
            }
            #expect(seen == expected, "in steps of \(limit)")
        }
    }

    private static func seenElsewhere(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let elsewhere = try await backend.another()
        let users = try await stage.users(2)
        try await backend.exclusions.exclude(users[1].id, by: users[0].id, at: stage.make.start)
        #expect(try await elsewhere.exclusions.isExcluded(users[1].id, users[0].id))
        #expect(try await elsewhere.exclusions.exclusions(of: users[0].id) == [users[1].id])
        try await elsewhere.exclusions.include(users[1].id, by: users[0].id)
        #expect(try await backend.exclusions.exclusions(of: users[0].id) == [])
    }
}
