import Foundation
import MsgKit
import Synchronization

/// Leases in memory. Copies share them.
public struct MemoryLeases: LeaseStore {
    private struct Entry {
        var lease: Lease
        var isHeld: Bool
    }

    private final class Storage: Sendable {
        let entries: Mutex<[String: Entry]> = Mutex([:])
    }

    private let storage = Storage()

    public init() {}

    public func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
        storage.entries.withLock { entries in
            let last = entries[name]
            let isHeld = last.map { $0.isHeld && $0.lease.expiresAt > instant } ?? false
            if isHeld, last?.lease.holder != holder { return nil }
            let token = (last?.lease.fencingToken ?? 0) + 1
            let lease = Lease(name: name, holder: holder, fencingToken: token, expiresAt: expiry)
            entries[name] = Entry(lease: lease, isHeld: true)
            return lease
        }
    }

    public func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease? {
        storage.entries.withLock { entries in
            guard var entry = entries[lease.name], entry.isHeld, entry.lease.fencingToken == lease.fencingToken,
                entry.lease.expiresAt > instant
            else { return nil }
            entry.lease.expiresAt = expiry
            entries[lease.name] = entry
            return entry.lease
        }
    }

    public func release(_ lease: Lease) async throws {
        storage.entries.withLock { entries in
            guard entries[lease.name]?.lease.fencingToken == lease.fencingToken else { return }
            entries[lease.name]?.isHeld = false
        }
    }
}
