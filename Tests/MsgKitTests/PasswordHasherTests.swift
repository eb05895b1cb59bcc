import Foundation
import Synchronization
import Testing

@testable import MsgKit

@Suite struct PasswordHasherTests {
    /// Gives zeros, for the salt `......................`.
    private struct Zeros: RandomNumberGenerator {
        mutating func next() -> UInt64 { 0 }
    }

    private let hasher = PasswordHasher(cost: 4, threads: 1)

    /// Made by another implementation, the bcrypt package for Python, from a salt of zeros.
    private static let vectors = [
        ("correct horse battery staple", "$2b$04$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgCO"),
        ("pässwörd-日本語-🔑", "$2b$04$......................OHDN4Ft3RgF3Ji9Wj0RT0dvIqjnIwPG"),
        (String(repeating: "x", count: 72), "$2b$04$......................SZFhVdUK5wGKY4lx/QrgUMHG0XsWjbi"),
        ("ÿ£345", "$2b$04$......................EtIG6z4Uj4kncxsTBtrit/3qBJMzS.q"),
    ]

    @Test(arguments: vectors)
    func hashesAreThoseOfOtherImplementations(password: String, hash: String) async throws {
        let hasher = PasswordHasher(cost: 4, threads: 1, randomNumbers: Zeros())
        #expect(try await hasher.hash(password) == hash)
    }

    @Test(arguments: vectors, ["a", "b", "y"])
    func hashesOfOtherImplementationsAreUnderstood(vector: (String, String), version: String) async throws {
        let hash = "$2\(version)$" + vector.1.dropFirst(4)
        #expect(try await hasher.verify(vector.0, against: hash))
        #expect(try await !hasher.verify(vector.0.dropLast() + "?", against: hash))
    }

    /// Published test vectors of bcrypt.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
        ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
        ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
    ])
    func publishedVectors(password: String, hash: String) async throws {
        #expect(try await hasher.verify(password, against: hash))
        #expect(try await !hasher.verify(password + "x", against: hash))
    }

    @Test func aHashHasItsOwnSaltAndCost() async throws {
        let first = try await hasher.hash("secret")
        let second = try await hasher.hash("secret")
        #expect(first != second)
        #expect(first.hasPrefix("$2b$04$"))
        #expect(first.utf8.count == 60)
        #expect(try await hasher.verify("secret", against: first))
        #expect(try await hasher.verify("secret", against: second))
        #expect(try await PasswordHasher(cost: 1).hash("secret").hasPrefix("$2b$04$"))
        #expect(try await PasswordHasher(cost: 5).hash("secret").hasPrefix("$2b$05$"))
    }

    @Test func passwordsThatBcryptWouldCutAreRefused() async throws {
        let hash = try await hasher.hash("x")
        for (password, error) in [
            (String(repeating: "x", count: 73), PasswordHasherError.passwordTooLong),
            (String(repeating: "é", count: 37), .passwordTooLong),
            ("abc\0def", .passwordContainsNUL),
        ] {
            await #expect(throws: error) { try await hasher.hash(password) }
            await #expect(throws: error) { try await hasher.verify(password, against: hash) }
            await #expect(throws: error) { try await hasher.verify(password, against: "broken") }
            await #expect(throws: error) { try await hasher.verifyAgainstNothing(password) }
        }
    }

    @Test(arguments: [
        "", "x", "*0", "$2b$", "$2b$04$", "$2b$04$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgC",
        "$2b$04$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgCOx",
        "$2x$04$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgCO",
        "$2b$4$.......................DunJ0NhOinbZprl1sCtuSWfJkZJJgCO",
        "$2b$31$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgCO",
        "$2b$99$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgCO",
        "$2b$00$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgCO",
        "$2b$04$......................DunJ0NhOinbZprl1sCtuSWfJkZJJg*O",
        "$2b$04$......................DunJ0NhOinbZprl1sCtuSWfJkZJJg\0O",
        "$2b$04$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgéé",
        "$6$rounds=999999999$saltsaltsaltsalt$x", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
        String(repeating: "$", count: 1_000_000),
    ])
    func aTextThatIsNoHashIsOfNoPassword(hash: String) async throws {
        #expect(try await !hasher.verify("correct horse battery staple", against: hash))
    }

    @Test func garbageIsOfNoPassword() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var state = seed
        for _ in 0..<200 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var hash = Array(Self.vectors[0].1.utf8)
            hash[Int(state >> 33) % hash.count] = UInt8(truncatingIfNeeded: state >> 40)
            let text = String(decoding: hash, as: UTF8.self)
            let isSame = Bcryptish.isSame(text, Self.vectors[0].1)
            #expect(try await hasher.verify(Self.vectors[0].0, against: text) == isSame, "seed \(seed): \(text)")
        }
    }

    private enum Bcryptish {
        /// Whether two hashes differ in the letter of the version at most.
        static func isSame(_ left: String, _ right: String) -> Bool {
            left.dropFirst(3) == right.dropFirst(3) && left.hasPrefix("$2")
                && "aby".contains(left.dropFirst(2).prefix(1))
        }
    }

    /// Counts what is worked: a hash of a cost is two to the power of it.
    private final class Work: Sendable {
        private let total = Mutex(0)

        func hash(_ password: String, _ setting: String) -> String? {
            if let cost = Int(setting.dropFirst(4).prefix(2)) { total.withLock { $0 += 1 << cost } }
            return PasswordHasher.Bcrypt.hash(password, setting: setting)
        }

        func spent() -> Int {
            total.withLock { total in
                defer { total = 0 }
                return total
            }
        }
    }

    @Test(arguments: 4...8)
    func whoHasNoAccountWaitsAsLongAsWhoHasOneOfAnotherCost(stored: Int) async throws {
        let work = Work()
        let hasher = PasswordHasher(cost: 7, threads: 1, work: work.hash)
        let hash = try await PasswordHasher(cost: stored, threads: 1).hash("secret")
        try await hasher.verifyAgainstNothing("wrong")
        #expect(work.spent() == 1 << 7)
        #expect(try await !hasher.verify("wrong", against: hash))
        #expect(work.spent() == 1 << max(stored, 7))
        #expect(try await hasher.verify("secret", against: hash))
        #expect(work.spent() == 1 << stored)
        #expect(try await hasher.verify("secret", against: hash, isEven: true))
        #expect(work.spent() == 1 << max(stored, 7))
        #expect(hasher.isOutdated(hash) == (stored != 7))
    }

    @Test(arguments: ["", "x", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"])
    func whatIsNoHashIsNotOutdated(text: String) {
        #expect(!hasher.isOutdated(text))
    }

    @Test func nobodyHasNoPassword() async throws {
        try await hasher.verifyAgainstNothing("secret")
        try await hasher.verifyAgainstNothing("")
    }

    @Test func manyAtOnceAllGetTheirAnswer() async throws {
        let hasher = PasswordHasher(cost: 4, threads: 4)
        let hash = try await hasher.hash("secret")
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask { try await hasher.verify(number.isMultiple(of: 2) ? "secret" : "wrong", against: hash) }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(right == 50)
    }
}
