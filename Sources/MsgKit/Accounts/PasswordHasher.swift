import Foundation
import Synchronization

/// Turns passwords into bcrypt hashes and compares them, on threads of its own.
///
/// New hashes have the form `$2b$`; those of bcryptjs and others in `$2a$`, `$2b$` and `$2y$` are understood. Every
/// method throws ``PasswordHasherError`` for a password that bcrypt can't take whole, the same whether a user exists
/// or not; ``PasswordHasherError/busy`` when too many callers wait; `CancellationError` when cancelled while waiting.
public final class PasswordHasher: Sendable {
    /// Costs that are accepted, both for new hashes and in stored ones: more would occupy a thread for many seconds.
    public static let costs = 4...15

    /// bcrypt looks at this many bytes of UTF-8 and no further.
    public static let maxPasswordBytes = 72

    private let cost: Int
    private let threads: PasswordHasherThreads
    private let randomNumbers: Mutex<any RandomNumberGenerator & Sendable>
    /// Compared with when there is no user: no password has it.
    private let nobody: String?

    /// - Parameters:
    ///   - cost: of new hashes, cut to ``costs``.
    ///   - threads: how many passwords are worked on at a time; by default one core is left to everything else.
    ///   - maxWaiting: callers that may wait for a thread.
    ///   - randomNumbers: where salts come from.
    public init(
        cost: Int = 10,
        threads: Int = max(1, ProcessInfo.processInfo.activeProcessorCount - 1),
        maxWaiting: Int = 256,
        randomNumbers: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.cost = min(max(cost, Self.costs.lowerBound), Self.costs.upperBound)
        self.threads = PasswordHasherThreads(count: threads, maxWaiting: maxWaiting)
        self.randomNumbers = Mutex(randomNumbers)
        // Any 31 characters do for the hash: the time of a comparison lies in the cost and nobody knows a password
        // for them.
        let salt = Self.salt(from: self.randomNumbers)
        self.nobody = Bcrypt.setting(cost: self.cost, salt: salt).map { $0 + String(repeating: ".", count: 31) }
    }

    /// How busy its threads are.
    public var use: PoolUse { threads.use }

    /// The hash of a password, 60 characters of ASCII, with a salt of its own.
    public func hash(_ password: String) async throws -> String {
        try Self.check(password)
        let salt = Self.salt(from: randomNumbers)
        return try await threads.run { [cost] in
            guard let setting = Bcrypt.setting(cost: cost, salt: salt),
                let hash = Bcrypt.hash(password, setting: setting), Bcrypt.Stored(hash) != nil
            else { throw PasswordHasherError.unavailable }
            return hash
        }
    }

    /// Whether the hash is of this password.
    ///
    /// A text that is no bcrypt hash, or one with a cost outside ``costs``, is of no password: the answer is `false`,
    /// after the time of a comparison.
    public func verify(_ password: String, against hash: String) async throws -> Bool {
        guard let stored = Bcrypt.Stored(hash), Self.costs.contains(stored.cost) else {
            try await verifyAgainstNothing(password)
            return false
        }
        return try await compare(password, with: stored.canonical)
    }

    /// Takes as long as ``verify(_:against:)`` with a hash of this hasher's cost, for a user who does not exist.
    public func verifyAgainstNothing(_ password: String) async throws {
        guard let nobody else { throw PasswordHasherError.unavailable }
        _ = try await compare(password, with: nobody)
    }

    private func compare(_ password: String, with canonical: String) async throws -> Bool {
        try Self.check(password)
        return try await threads.run {
            guard let hash = Bcrypt.hash(password, setting: canonical) else { throw PasswordHasherError.unavailable }
            return ConstantTime.areEqual(hash, canonical)
        }
    }

    private static func check(_ password: String) throws(PasswordHasherError) {
        guard password.utf8.count <= maxPasswordBytes else { throw .passwordTooLong }
        guard !password.utf8.contains(0) else { throw .passwordContainsNUL }
    }

    private static func salt(from generator: borrowing Mutex<any RandomNumberGenerator & Sendable>) -> [UInt8] {
        generator.withLock { generator in
            (0..<Bcrypt.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        }
    }
}
