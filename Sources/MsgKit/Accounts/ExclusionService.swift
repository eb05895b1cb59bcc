/// With whom people never want to be paired. Nobody is told by whom they are excluded.
public struct ExclusionService: Sendable {
    private let exclusions: any ExclusionStore
    private let users: any UserStore
    private let clock: any WallClock

    public init(exclusions: any ExclusionStore, users: any UserStore, clock: any WallClock) {
        self.exclusions = exclusions
        self.users = users
        self.clock = clock
    }

    /// Whom a user has excluded, in the order of adding; without those whose record can't be read.
    public func list(of user: User.ID) async throws -> [UserReference] {
        let ids = try await exclusions.exclusions(of: user)
        let found = Dictionary(try await users.users(ids).map { ($0.id, $0.reference) }) { first, _ in first }
        return ids.compactMap { found[$0] }
    }

    /// Excludes somebody; twice is no error.
    /// - Throws: ``ErrorCode/userNotFound``, ``ErrorCode/badRequest`` when both are one, ``ErrorCode/conflict`` beyond
    ///   ``Exclusion/maximumPerUser``.
    public func exclude(_ other: User.ID, by user: User.ID) async throws {
        try await exclusions.exclude(other, by: user, at: clock.now)
    }

    /// Takes an exclusion back; no error when there is none.
    /// - Throws: ``ErrorCode/userNotFound``, ``ErrorCode/badRequest`` when both are one.
    public func include(_ other: User.ID, by user: User.ID) async throws {
        guard other != user else { throw Exclusion.ofOneself }
        guard try await users.user(other) != nil else { throw Exclusion.unknownUser }
        try await exclusions.include(other, by: user)
    }
}
