import Foundation
import MsgKit
import Synchronization

/// Automatic messages in memory, all of completed plans. Copies share them.
public struct MemoryAutoMessages: AutoMessageStore {
    private struct Kept {
        var message: AutoMessage
        var plan: Plan.ID?
    }

    private final class Storage: Sendable {
        let messages: Mutex<[AutoMessage.ID: Kept]> = Mutex([:])
    }

    private let storage = Storage()

    public init() {}

    /// Keeps planned messages; in place of a plan store.
    public func add(_ messages: [AutoMessage], of plan: Plan.ID? = nil) {
        storage.messages.withLock { kept in
            for message in messages { kept[message.id] = Kept(message: message, plan: plan) }
        }
    }

    private var all: [AutoMessage] { storage.messages.withLock { $0.values.map(\.message) } }

    public func autoMessage(_ id: AutoMessage.ID) async throws -> AutoMessage? {
        storage.messages.withLock { $0[id]?.message }
    }

    public func tally(of plan: Plan.ID) async throws -> PlanProgress {
        let messages = storage.messages.withLock { $0.values.filter { $0.plan == plan }.map(\.message) }
        return messages.reduce(into: PlanProgress()) { progress, message in
            if message.isSent {
                progress.sent += 1
            } else if message.failedAt != nil {
                progress.failed += 1
            } else if message.isQueued {
                progress.queued += 1
            } else {
                progress.planned += 1
            }
        }
    }

    public func due(
        at instant: Date, staleBefore: Date, after last: AutoMessage?, limit: Int
    ) async throws -> [AutoMessage] {
        let due = all.filter { message in
            guard !message.isSent, message.failedAt == nil else { return false }
            guard last.map({ ($0.sendDate, $0.id) < (message.sendDate, message.id) }) ?? true else { return false }
            guard message.isQueued else { return message.sendDate <= instant }
            return message.queuedAt.map { $0 < staleBefore } ?? false
        }
        return Array(due.sorted { ($0.sendDate, $0.id) < ($1.sendDate, $1.id) }.prefix(limit))
    }

    public func oldestQueued() async throws -> Date? {
        all.filter { $0.isQueued && !$0.isSent && $0.failedAt == nil }.compactMap(\.queuedAt).min()
    }

    public func markQueued(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        change(ids, at: instant) { message in
            guard message.failedAt == nil else { return false }
            message.isQueued = true
            message.queuedAt = instant
            return true
        }
    }

    public func markSent(_ id: AutoMessage.ID, at instant: Date) async throws -> Bool {
        change([id], at: instant) { message in
            message.isSent = true
            message.sentAt = instant
            message.failedAt = nil
            return true
        }
    }

    public func markRetried(_ id: AutoMessage.ID, retryCount: Int, error: String, at instant: Date) async throws {
        change([id], at: instant) { message in
            message.retryCount = retryCount
            message.errorMessage = error
            return true
        }
    }

    public func markFailed(_ id: AutoMessage.ID, error: String, at instant: Date) async throws {
        change([id], at: instant) { message in
            message.failedAt = instant
            message.errorMessage = error
            return true
        }
    }

    public func markReplayed(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        change(ids, at: instant) { message in
            guard message.failedAt != nil else { return false }
            message.failedAt = nil
            message.errorMessage = nil
            message.retryCount = 0
            message.isQueued = true
            message.queuedAt = instant
            message.replayedAt = instant
            return true
        }
    }

    /// Changes those that are not sent; whether any was changed.
    @discardableResult
    private func change(_ ids: [AutoMessage.ID], at instant: Date, _ body: (inout AutoMessage) -> Bool) -> Bool {
        storage.messages.withLock { kept in
            var isChanged = false
            for id in ids {
                guard var message = kept[id]?.message, !message.isSent, body(&message) else { continue }
                message.updatedAt = instant
                kept[id]?.message = message
                isChanged = true
            }
            return isChanged
        }
    }
}
