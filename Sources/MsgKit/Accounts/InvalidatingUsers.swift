import Foundation

/// Accounts whose changes end what is cached of them, in every process, before they return.
public struct InvalidatingUsers: UserStore {
    private let users: any UserStore
    private let cache: any ResponseCache

    public init(_ users: any UserStore, cache: any ResponseCache) {
        self.users = users
        self.cache = cache
    }

    public func update(_ id: User.ID, _ change: UserChange, at instant: Date) async throws -> User? {
        try await cache.changingStrictly([.user(id)]) { try await users.update(id, change, at: instant) }
    }

    public func insert(_ user: User) async throws { try await users.insert(user) }
    public func user(_ id: User.ID) async throws -> User? { try await users.user(id) }
    public func user(email: String) async throws -> User? { try await users.user(email: email) }
    public func user(username: String) async throws -> User? { try await users.user(username: username) }
    public func users(_ ids: [User.ID]) async throws -> [User] { try await users.users(ids) }
    public func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<User> {
        try await users.users(matching: filter, page: page)
    }
    public func markSeen(_ ids: [User.ID], at instant: Date) async throws { try await users.markSeen(ids, at: instant) }
}
