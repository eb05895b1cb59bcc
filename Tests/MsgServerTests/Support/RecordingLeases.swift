import Foundation
import MsgKit
import MsgTestKit

/// Leases of a real store, with a note of each that is given back.
struct RecordingLeases: LeaseStore {
    let store: any LeaseStore
    let released = Journal<String>()

    func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await store.acquire(name, holder: holder, at: instant, until: expiry)
    }

    func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await store.renew(lease, at: instant, until: expiry)
    }

    func release(_ lease: Lease) async throws {
        try await store.release(lease)
        released.note(lease.name)
    }
}
