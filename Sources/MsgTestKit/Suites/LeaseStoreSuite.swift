import Foundation
import MsgKit
import Testing

/// The rules of ``LeaseStore``.
public enum LeaseStoreSuite {
    public static let all: [ConformanceCase<any LeasesUnderTest>] = [
        .init("a free lease is taken, and someone else's is not", exclusive),
        .init("one's own lease is renewed by acquiring it again", acquireAgain),
        .init("of concurrent holders one acquires", concurrent),
        .init("an expired lease is taken, with a greater token", expired),
        .init("of concurrent holders one takes an expired lease", expiredConcurrently),
        .init("a lease that was given back is taken, with a greater token", released),
        .init("renewing extends a lease and keeps its token", renewed),
        .init("a lost lease is not renewed", lost),
        .init("giving back a lost lease leaves its successor's", releaseLost),
        .init("the token grows with every change of holder", tokenGrows),
        .init("leases of different names are apart", names),
    ]

    private static let make = Fixtures()
    private static let (anna, bert, cleo) = (
        NodeID(rawValue: "anna"), NodeID(rawValue: "bert"), NodeID(rawValue: "cleo")
    )

    /// Acquires the lease `work` for 30 seconds.
    private static func acquire(_ backend: any LeasesUnderTest, _ holder: NodeID, at second: Int) async throws -> Lease?
    {
        try await backend.leases.acquire(
            "work", holder: holder, at: make.instant(.seconds(second)), until: make.instant(.seconds(second + 30)))
    }

    private static func renew(_ backend: any LeasesUnderTest, _ lease: Lease, at second: Int) async throws -> Lease? {
        try await backend.leases.renew(
            lease, at: make.instant(.seconds(second)), until: make.instant(.seconds(second + 30)))
    }

    private static func exclusive(_ backend: any LeasesUnderTest) async throws {
        let elsewhere = try await backend.another()
        let lease = try #require(try await acquire(backend, anna, at: 0))
        #expect(lease.name == "work")
        #expect(lease.holder == anna)
        #expect(lease.expiresAt == make.instant(.seconds(30)))
        #expect(try await acquire(backend, bert, at: 0) == nil)
        #expect(try await acquire(elsewhere, bert, at: 29) == nil)
    }

    private static func acquireAgain(_ backend: any LeasesUnderTest) async throws {
        let lease = try #require(try await acquire(backend, anna, at: 0))
        let again = try #require(try await acquire(backend, anna, at: 20), "it is one's own")
        #expect(again.expiresAt == make.instant(.seconds(50)))
        #expect(again.fencingToken >= lease.fencingToken)
        #expect(try await acquire(backend, bert, at: 40) == nil, "it was renewed")
        #expect(try await renew(backend, again, at: 45) != nil)
    }

    private static func concurrent(_ backend: any LeasesUnderTest) async throws {
        let elsewhere = try await backend.another()
        let leases = try await concurrently(50) { number in
            try await acquire(number % 2 == 0 ? backend : elsewhere, NodeID(rawValue: "node-\(number)"), at: 0)
        }
        #expect(leases.count { $0 != nil } == 1)
    }

    private static func expired(_ backend: any LeasesUnderTest) async throws {
        let first = try #require(try await acquire(backend, anna, at: 0))
        let second = try #require(try await acquire(backend, bert, at: 31), "it has expired")
        #expect(second.holder == bert)
        #expect(second.fencingToken > first.fencingToken)
        #expect(try await acquire(backend, anna, at: 32) == nil)
    }

    private static func expiredConcurrently(_ backend: any LeasesUnderTest) async throws {
        let first = try #require(try await acquire(backend, anna, at: 0))
        let elsewhere = try await backend.another()
        let leases = try await concurrently(30) { number in
            try await acquire(number % 2 == 0 ? backend : elsewhere, NodeID(rawValue: "node-\(number)"), at: 60)
        }.compactMap { $0 }
        #expect(leases.count == 1)
        #expect(leases.allSatisfy { $0.fencingToken > first.fencingToken })
        #expect(try await renew(backend, first, at: 61) == nil)
    }

    private static func released(_ backend: any LeasesUnderTest) async throws {
        let first = try #require(try await acquire(backend, anna, at: 0))
        try await backend.leases.release(first)
        let second = try #require(try await acquire(backend, bert, at: 1), "it was given back")
        #expect(second.fencingToken > first.fencingToken)
        #expect(try await renew(backend, first, at: 2) == nil)
    }

    private static func renewed(_ backend: any LeasesUnderTest) async throws {
        let lease = try #require(try await acquire(backend, anna, at: 0))
        let renewed = try #require(try await renew(backend, lease, at: 20))
        #expect(
            renewed
                == Lease(
                    name: "work", holder: anna, fencingToken: lease.fencingToken, expiresAt: make.instant(.seconds(50)))
        )
        #expect(try await acquire(backend, bert, at: 40) == nil)
        #expect(try await renew(backend, lease, at: 45) != nil, "what it was before it was renewed is the same lease")
    }

    private static func lost(_ backend: any LeasesUnderTest) async throws {
        let first = try #require(try await acquire(backend, anna, at: 0))
        let second = try #require(try await acquire(backend, bert, at: 31))
        #expect(try await renew(backend, first, at: 32) == nil)
        #expect(try await renew(backend, second, at: 33) != nil, "its successor's stays")
        let third = try #require(try await acquire(backend, anna, at: 100))
        #expect(try await renew(backend, first, at: 101) == nil, "the holder is the same, the lease is not")
        #expect(try await renew(backend, third, at: 101) != nil)
        let released = try #require(try await acquire(backend, anna, at: 102))
        try await backend.leases.release(released)
        #expect(try await renew(backend, released, at: 103) == nil, "it was given back")
        let unknown = Lease(
            name: "other work", holder: anna, fencingToken: 1, expiresAt: make.instant(.seconds(999)))
        #expect(try await renew(backend, unknown, at: 103) == nil, "it was never taken")
    }

    private static func releaseLost(_ backend: any LeasesUnderTest) async throws {
        let first = try #require(try await acquire(backend, anna, at: 0))
        let second = try #require(try await acquire(backend, bert, at: 31))
        try await backend.leases.release(first)
        #expect(try await acquire(backend, cleo, at: 32) == nil)
        #expect(try await renew(backend, second, at: 33) != nil)
        try await backend.leases.release(second)
        try await backend.leases.release(second)
        let third = try #require(try await acquire(backend, anna, at: 34))
        try await backend.leases.release(first)
        #expect(try await renew(backend, third, at: 35) != nil, "an earlier lease of the same holder is another one")
    }

    private static func tokenGrows(_ backend: any LeasesUnderTest) async throws {
        var tokens: [Int64] = []
        for (turn, holder) in [anna, bert, anna, cleo, bert].enumerated() {
            let lease = try #require(
                try await acquire(turn % 2 == 0 ? backend : backend.another(), holder, at: turn * 100))
            tokens.append(lease.fencingToken)
            if turn % 2 == 0 { try await backend.leases.release(lease) }
        }
        #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0 < $1 }, "\(tokens)")
    }

    private static func names(_ backend: any LeasesUnderTest) async throws {
        let now = make.start
        let work = try #require(try await acquire(backend, anna, at: 0))
        let other = try await backend.leases.acquire("other", holder: bert, at: now, until: now.later(by: .seconds(30)))
        #expect(other?.name == "other")
        try await backend.leases.release(try #require(other))
        #expect(try await acquire(backend, bert, at: 1) == nil)
        #expect(try await renew(backend, work, at: 2) != nil)
    }
}
