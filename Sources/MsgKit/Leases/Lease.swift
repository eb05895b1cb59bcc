import Foundation

/// The right to be the only one at something, until an instant.
public struct Lease: Sendable, Equatable {
    public var name: String
    public var holder: NodeID
    /// Grows with every change of holder; what is written under a lease carries it, so that a holder that was thought
    /// dead can't overwrite its successor's work.
    public var fencingToken: Int64
    public var expiresAt: Date

    public init(name: String, holder: NodeID, fencingToken: Int64, expiresAt: Date) {
        self.name = name
        self.holder = holder
        self.fencingToken = fencingToken
        self.expiresAt = expiresAt
    }
}
