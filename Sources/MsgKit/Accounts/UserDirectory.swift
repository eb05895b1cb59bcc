import Logging

/// Finds people: accounts, and who of them is online.
public struct UserDirectory: Sendable {
    /// How many people who are online a listing by `isOnline` takes into account.
    public static let maximumOnline = 100_000

    private let users: any UserStore
    private let presence: any PresenceStore
    private let lookup: OnlineLookup
    private let clock: any WallClock

    public init(users: any UserStore, presence: any PresenceStore, clock: any WallClock, logger: Logger) {
        self.users = users
        self.presence = presence
        self.clock = clock
        lookup = OnlineLookup(presence: presence, clock: clock, logger: logger)
    }

    /// A page of the accounts that match, by username without regard to letter case.
    /// - Parameter isOnline: only those who have a socket open somewhere, or who have none; nil for all.
    /// - Throws: ``ErrorCode/unavailable`` when `isOnline` is asked for and the store of presence is away.
    public func list(_ filter: UserFilter, isOnline: Bool? = nil, page: PageRequest) async throws -> Page<UserListing> {
        guard let isOnline else {
            let found = try await users.users(matching: filter, page: page)
            let online = await lookup.online(among: found.items.lazy.map(\.id))
            return found.map { UserListing(user: $0, isOnline: online.contains($0.id)) }
        }
        var filter = filter
        let online = try await presence.online(limit: Self.maximumOnline, at: clock.now).users
        filter.membership = isOnline ? .among(online) : .notAmong(online)
        return try await users.users(matching: filter, page: page).map { UserListing(user: $0, isOnline: isOnline) }
    }
}
