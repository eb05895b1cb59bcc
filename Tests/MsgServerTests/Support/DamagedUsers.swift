import Foundation
import MsgKit

/// A store in which a person's record can't be read: it is left out of lists, and can't be asked for by its id.
struct DamagedUsers: UserStore {
    let store: any UserStore
    let damaged: User.ID

    func user(_ id: User.ID) async throws -> User? {
        guard id != damaged else {
            throw MsgError(
                .internalError, "Something that is stored can't be read.",
                detail: "The field lastSeen of \(id) is damaged.")
        }
        return try await store.user(id)
    }

    func users(_ ids: [User.ID]) async throws -> [User] { try await store.users(ids.filter { $0 != damaged }) }

    func insert(_ user: User) async throws { try await store.insert(user) }
    func user(email: String) async throws -> User? { try await store.user(email: email) }
    func user(username: String) async throws -> User? { try await store.user(username: username) }
    func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<User> {
        try await store.users(matching: filter, page: page)
    }
    func update(_ id: User.ID, _ change: UserChange, at instant: Date) async throws -> User? {
        try await store.update(id, change, at: instant)
    }
    func markSeen(_ ids: [User.ID], at instant: Date) async throws { try await store.markSeen(ids, at: instant) }
}
