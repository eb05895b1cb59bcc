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

    /// Neither sent nor failed.
    private var open: [AutoMessage] { all.filter { !$0.isSent && $0.failedAt == nil } }

    public func due(at instant: Date, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage] {
        page(open.filter { !$0.isQueued && $0.sendDate <= instant }, by: \.sendDate, after: last, limit: limit)
    }

    public func queued(_ noted: LastNoted, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage] {
        let queued = open.filter { message in
            switch noted {
            case .before(let instant): message.isQueued && message.updatedAt < instant
            case .after(let instant): message.isQueued && message.updatedAt > instant
            }
        }
        return page(queued, by: \.updatedAt, after: last, limit: limit)
    }

    public func queuedCount(limit: Int) async throws -> Int { min(open.count { $0.isQueued }, limit) }

    private func page(
        _ messages: [AutoMessage], by date: KeyPath<AutoMessage, Date>, after last: AutoMessage?, limit: Int
    ) -> [AutoMessage] {
        let behind = messages.filter { message in
            last.map { ($0[keyPath: date], $0.id) < (message[keyPath: date], message.id) } ?? true
        }
        return Array(behind.sorted { ($0[keyPath: date], $0.id) < ($1[keyPath: date], $1.id) }.prefix(limit))
    }

    public func oldestQueued() async throws -> Date? {
        open.filter(\.isQueued).compactMap(\.queuedAt).min()
    }

    public func markQueued(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        change(ids, at: instant) { message in
            guard message.failedAt == nil else { return false }
            let isQueuedBefore = message.isQueued && message.queuedAt.map { $0 <= instant } ?? false
            message.isQueued = true
            if !isQueuedBefore { message.queuedAt = instant }
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
