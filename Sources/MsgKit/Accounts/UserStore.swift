import Foundation

/// Where accounts are kept.
///
/// Every method throws ``ErrorCode/unavailable`` when the engine is away. A write that returns is durable.
public protocol UserStore: Sendable {
    /// Stores a new account.
    /// - Throws: ``ErrorCode/usernameTaken`` or ``ErrorCode/emailTaken``, compared in any letter case; nothing is stored then.
    func insert(_ user: User) async throws

    /// The account with this id, active or not; nil when there is none.
    func user(_ id: User.ID) async throws -> User?

    /// The account with this address, in any letter case.
    func user(email: String) async throws -> User?

    /// The account with this name, in any letter case.
    func user(username: String) async throws -> User?

    /// Those of the accounts that exist, in no order. At most 1,000 ids a call.
    func users(_ ids: [User.ID]) async throws -> [User]

    /// A page of the accounts that match, by username without regard to letter case, then by id.
    func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<User>

    /// Changes an account in one step and returns it as it is afterwards; nil when there is none.
    /// - Throws: ``ErrorCode/usernameTaken``; ``ErrorCode/conflict`` when the change's condition does not hold in that step,
    ///   whoever changes what it is about at the same time; nothing is changed then.
    func update(_ id: User.ID, _ change: UserChange, at instant: Date) async throws -> User?

    /// Sets `lastSeen` of the users that exist, unless it is later already. At most 1,000 ids a call.
    func markSeen(_ ids: [User.ID], at instant: Date) async throws
}
