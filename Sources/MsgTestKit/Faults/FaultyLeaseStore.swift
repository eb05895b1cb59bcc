import Foundation
import MsgKit

/// Leases behind ``Faults``.
struct FaultyLeaseStore: LeaseStore {
    let store: any LeaseStore
    let faults: Faults

    func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await faults.call { try await store.acquire(name, holder: holder, at: instant, until: expiry) }
    }

    func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await faults.call { try await store.renew(lease, at: instant, until: expiry) }
    }

    func release(_ lease: Lease) async throws {
        try await faults.call { try await store.release(lease) }
    }
}
