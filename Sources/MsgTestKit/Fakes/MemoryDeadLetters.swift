import Foundation
import MsgKit
import Synchronization

/// The jobs that a ``MemoryJobQueue`` gave up.
public struct MemoryDeadLetters: DeadLetterQueue {
    let storage: MemoryQueueStorage

    public func deadLetters(page: PageRequest) async throws -> Page<DeadLetter> {
        let all = storage.state.withLock { state in
            state.letters.values.sorted { one, other in
                (one.failedAt ?? .distantPast, one.id) < (other.failedAt ?? .distantPast, other.id)
            }
        }
        return Page(items: Array(all.dropFirst(page.offset).prefix(page.limit)), request: page, total: all.count)
    }

    public func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        storage.state.withLock { $0.letters[id] }
    }

    public func replay(_ ids: [AutoMessage.ID]?) async throws -> [AutoMessage.ID] {
        let now = storage.clock.now
        return storage.state.withLock { state in
            var replayed: [AutoMessage.ID] = []
            for id in ids ?? Array(state.letters.keys) {
                guard var job = state.letters.removeValue(forKey: id)?.job else { continue }
                job.retryCount = 0
                state.jobs.append(MemoryQueueStorage.Job(job: job, availableAt: now))
                replayed.append(id)
            }
            return replayed
        }
    }

    public func purge(_ ids: [AutoMessage.ID]?) async throws -> Int {
        storage.state.withLock { state in
            let before = state.letters.count
            for id in ids ?? Array(state.letters.keys) { state.letters[id] = nil }
            return before - state.letters.count
        }
    }
}
