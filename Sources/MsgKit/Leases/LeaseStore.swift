import Foundation

/// Who may do what alone.
public protocol LeaseStore: Sendable {
    /// Takes a lease that is free or has expired, or renews one's own; nil when someone else holds it.
    func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease?

    /// Extends a lease that one still holds; nil when it was lost.
    func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease?

    /// Gives a lease back; one that was lost already is no error.
    func release(_ lease: Lease) async throws
}
