import Foundation
import MsgKit

/// Automatic messages behind ``Faults``.
struct FaultyAutoMessageStore: AutoMessageStore {
    let store: any AutoMessageStore
    let faults: Faults

    func autoMessage(_ id: AutoMessage.ID) async throws -> AutoMessage? {
        try await faults.call { try await store.autoMessage(id) }
    }

    func tally(of plan: Plan.ID) async throws -> PlanProgress {
        try await faults.call { try await store.tally(of: plan) }
    }

    func due(at instant: Date, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage] {
        try await faults.call { try await store.due(at: instant, after: last, limit: limit) }
    }

    func queued(_ noted: LastNoted, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage] {
        try await faults.call { try await store.queued(noted, after: last, limit: limit) }
    }

    func queuedCount(limit: Int) async throws -> Int {
        try await faults.call { try await store.queuedCount(limit: limit) }
    }

    func oldestQueued() async throws -> Date? {
        try await faults.call { try await store.oldestQueued() }
    }

    func markQueued(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        try await faults.call { try await store.markQueued(ids, at: instant) }
    }

    func markSent(_ id: AutoMessage.ID, at instant: Date) async throws -> Bool {
        try await faults.call { try await store.markSent(id, at: instant) }
    }

    func markRetried(_ id: AutoMessage.ID, retryCount: Int, error: String, at instant: Date) async throws {
        try await faults.call { try await store.markRetried(id, retryCount: retryCount, error: error, at: instant) }
    }

    func markFailed(_ id: AutoMessage.ID, error: String, at instant: Date) async throws {
        try await faults.call { try await store.markFailed(id, error: error, at: instant) }
    }

    func markReplayed(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        try await faults.call { try await store.markReplayed(ids, at: instant) }
    }
}
