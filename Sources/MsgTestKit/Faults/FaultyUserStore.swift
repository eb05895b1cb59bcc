import Foundation
import MsgKit

/// People behind ``Faults``.
struct FaultyUserStore: UserStore {
    let store: any UserStore
    let faults: Faults

    func insert(_ user: User) async throws {
        try await faults.call { try await store.insert(user) }
    }

    func user(_ id: User.ID) async throws -> User? {
        try await faults.call { try await store.user(id) }
    }

    func user(email: String) async throws -> User? {
        try await faults.call { try await store.user(email: email) }
    }

    func user(username: String) async throws -> User? {
        try await faults.call { try await store.user(username: username) }
    }

    func users(_ ids: [User.ID]) async throws -> [User] {
        try await faults.call { try await store.users(ids) }
    }

    func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<User> {
        try await faults.call { try await store.users(matching: filter, page: page) }
    }

    func update(_ id: User.ID, _ change: UserChange, at instant: Date) async throws -> User? {
        try await faults.call { try await store.update(id, change, at: instant) }
    }

    func markSeen(_ ids: [User.ID], at instant: Date) async throws {
        try await faults.call { try await store.markSeen(ids, at: instant) }
    }
}
