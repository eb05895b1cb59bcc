import Foundation
import MsgKit

/// Lets everybody have every lease, so that what a lease would keep apart meets.
struct FreeLeases: LeaseStore {
    func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
        Lease(name: name, holder: holder, fencingToken: 1, expiresAt: expiry)
    }

    func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease? { lease }

    func release(_ lease: Lease) async throws {}
}
