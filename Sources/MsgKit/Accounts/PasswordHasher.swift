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

    /// Takes a password and a setting and makes a hash, with the work of the setting's cost.
    typealias Work = @Sendable (_ password: String, _ setting: String) -> String?

    private let cost: Int
    private let threads: PasswordHasherThreads
    private let randomNumbers: Mutex<any RandomNumberGenerator & Sendable>
    /// Compared with when there is no user: no password has it.
    private let nobody: String?
    /// Settings whose work adds up to the difference between a hash of a cost and one of ``cost``: from a cost on.
    private let fillers: [Int: String]
    private let work: Work

    /// - Parameters:
    ///   - cost: of new hashes, cut to ``costs``.
    ///   - threads: how many passwords are worked on at a time; by default one core is left to everything else.
    ///   - maxWaiting: callers that may wait for a thread.
    ///   - randomNumbers: where salts come from.
    public convenience init(
        cost: Int = 10,
        threads: Int = max(1, ProcessInfo.processInfo.activeProcessorCount - 1),
        maxWaiting: Int = 256,
        randomNumbers: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.init(
            cost: cost, threads: threads, maxWaiting: maxWaiting, randomNumbers: randomNumbers, work: Bcrypt.hash)
    }

    init(
        cost: Int, threads: Int, maxWaiting: Int = 256,
        randomNumbers: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(), work: @escaping Work
    ) {
        let cost = min(max(cost, Self.costs.lowerBound), Self.costs.upperBound)
        self.cost = cost
        self.work = work
        self.threads = PasswordHasherThreads(count: threads, maxWaiting: maxWaiting)
        self.randomNumbers = Mutex(randomNumbers)
        // Any 31 characters do for the hash: the time of a comparison lies in the cost and nobody knows a password
        // for them.
        let salt = Self.salt(from: self.randomNumbers)
        self.nobody = Bcrypt.setting(cost: cost, salt: salt).map { $0 + String(repeating: ".", count: 31) }
        var fillers: [Int: String] = [:]
        for lower in Self.costs.lowerBound..<cost { fillers[lower] = Bcrypt.setting(cost: lower, salt: salt) }
        self.fillers = fillers
    }

    /// How busy its threads are.
    public var use: PoolUse { threads.use }

    /// The hash of a password, 60 characters of ASCII, with a salt of its own.
    public func hash(_ password: String) async throws -> String {
        try Self.check(password)
        let salt = Self.salt(from: randomNumbers)
        return try await threads.run { [cost, work] in
            guard let setting = Bcrypt.setting(cost: cost, salt: salt), let hash = work(password, setting),
                Bcrypt.Stored(hash) != nil
            else { throw PasswordHasherError.unavailable }
            return hash
        }
    }

    /// Whether the hash is of this password.
    ///
    /// A text that is no bcrypt hash, or one with a cost outside ``costs``, is of no password. The answer `false` comes
    /// after the time of a comparison with a hash of this hasher's cost, also where the hash has a lower one; with a hash
    /// of a higher cost it takes that one's time.
    /// - Parameter isEven: whether `true` takes as long as `false`, for who is refused all the same.
    public func verify(_ password: String, against hash: String, isEven: Bool = false) async throws -> Bool {
        guard let stored = Bcrypt.Stored(hash), Self.costs.contains(stored.cost) else {
            try await verifyAgainstNothing(password)
            return false
        }
        return try await compare(password, with: stored, isEven: isEven)
    }

    /// Takes as long as ``verify(_:against:isEven:)`` with a hash of this hasher's cost, for a user who does not exist.
    public func verifyAgainstNothing(_ password: String) async throws {
        guard let nobody, let stored = Bcrypt.Stored(nobody) else { throw PasswordHasherError.unavailable }
        _ = try await compare(password, with: stored, isEven: false)
    }

    /// Whether a hash that a password is of has another cost than new ones, so that it should be made anew.
    public func isOutdated(_ hash: String) -> Bool { Bcrypt.Stored(hash).map { $0.cost != cost } ?? false }

    private func compare(_ password: String, with stored: Bcrypt.Stored, isEven: Bool) async throws -> Bool {
        try Self.check(password)
        // A cost is the logarithm of the work: of 2^5 are left, after 2^3, another 2^3 and 2^4.
        let rest = stored.cost < cost ? (stored.cost..<cost).compactMap { fillers[$0] } : []
        return try await threads.run { [work] in
            guard let hash = work(password, stored.canonical) else { throw PasswordHasherError.unavailable }
            let isRight = ConstantTime.areEqual(hash, stored.canonical)
            if isEven || !isRight { for setting in rest { _ = work(password, setting) } }
            return isRight
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
