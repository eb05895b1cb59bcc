import Foundation

/// Who never wants to be paired with whom. Nobody learns by whom they are excluded.
///
/// Every method throws ``ErrorCode/unavailable`` when the engine is away. A write that returns is durable.
public protocol ExclusionStore: Sendable {
    /// Whom a user has excluded, in the order of adding.
    func exclusions(of user: User.ID) async throws -> [User.ID]

    /// Excludes a user. Twice is no error, and the first one's place stays.
    /// - Throws: ``ErrorCode/userNotFound`` when one of the two is unknown, ``ErrorCode/conflict`` beyond
    ///   ``Exclusion/maximumPerUser``, ``ErrorCode/badRequest`` when both are one.
    func exclude(_ other: User.ID, by user: User.ID, at instant: Date) async throws

    /// Takes an exclusion back; no error when there is none.
    func include(_ other: User.ID, by user: User.ID) async throws

    /// Everybody's exclusions by user, then by other, after one (nil: from the first), at most `limit`. Only none at
    /// all is the end.
    func exclusions(after last: Exclusion?, limit: Int) async throws -> [Exclusion]

    /// Whether one of two users has excluded the other, whichever.
    func isExcluded(_ one: User.ID, _ other: User.ID) async throws -> Bool
}
