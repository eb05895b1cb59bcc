import Foundation
import MsgKit
import Synchronization

/// A store in which something else happens once, in the midst of what somebody does with an account.
final class InterruptedUsers: UserStore {
    enum Moment: CaseIterable {
        /// An account was read, and is about to be worked with.
        case afterReading
        /// What it is to become is about to be written.
        case beforeWriting
    }

    private let store: any UserStore
    private let moment: Moment
    private let interruption: Mutex<(@Sendable () async throws -> Void)?>

    init(_ store: any UserStore, _ moment: Moment, interruption: @escaping @Sendable () async throws -> Void) {
        self.store = store
        self.moment = moment
        self.interruption = Mutex(interruption)
    }

    private func pass(_ passed: Moment) async throws {
        guard passed == moment else { return }
        let interruption = interruption.withLock { interruption in
            defer { interruption = nil }
            return interruption
        }
        try await interruption?()
    }

    func user(_ id: User.ID) async throws -> User? {
        let user = try await store.user(id)
        try await pass(.afterReading)
        return user
    }

    func user(email: String) async throws -> User? {
        let user = try await store.user(email: email)
        try await pass(.afterReading)
        return user
    }

    func update(_ id: User.ID, _ change: UserChange, at instant: Date) async throws -> User? {
        try await pass(.beforeWriting)
        return try await store.update(id, change, at: instant)
    }

    func insert(_ user: User) async throws { try await store.insert(user) }
    func user(username: String) async throws -> User? { try await store.user(username: username) }
    func users(_ ids: [User.ID]) async throws -> [User] { try await store.users(ids) }
    func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<User> {
        try await store.users(matching: filter, page: page)
    }
    func markSeen(_ ids: [User.ID], at instant: Date) async throws { try await store.markSeen(ids, at: instant) }
}
