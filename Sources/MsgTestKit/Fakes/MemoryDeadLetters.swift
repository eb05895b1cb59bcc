import Foundation
import MsgKit
import Synchronization

/// The jobs that a ``MemoryJobQueue`` gave up.
public struct MemoryDeadLetters: DeadLetterQueue {
    let storage: MemoryQueueStorage

    public func deadLetters(matching filter: DeadLetterFilter, page: PageRequest) async throws -> Page<DeadLetter> {
        let all = letters(matching: filter)
        return Page(items: Array(all.dropFirst(page.offset).prefix(page.limit)), request: page, total: all.count)
    }

    public func ids(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        letters(matching: filter).map(\.id)
    }

    private func letters(matching filter: DeadLetterFilter) -> [DeadLetter] {
        storage.state.withLock { Self.letters(matching: filter, in: $0) }
    }

    private static func letters(
        matching filter: DeadLetterFilter, in state: MemoryQueueStorage.State
    ) -> [DeadLetter] {
        state.letters.values.filter(filter.matches).sorted { one, other in
            (one.failedAt ?? .distantPast, one.id) < (other.failedAt ?? .distantPast, other.id)
        }
    }

    public func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        storage.state.withLock { $0.letters[id] }
    }

    public func bury(_ letters: [DeadLetter]) async throws {
        let now = storage.clock.now
        storage.state.withLock { state in
            for var letter in letters {
                letter.failedAt = letter.failedAt ?? now
                state.letters[letter.id] = letter
            }
        }
    }

    public func replay(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        let now = storage.clock.now
        return storage.state.withLock { state in
            var replayed: [AutoMessage.ID] = []
            for letter in Self.letters(matching: filter, in: state) {
                guard var job = letter.job else { continue }
                state.letters[letter.id] = nil
                job.retryCount = 0
                state.jobs.append(MemoryQueueStorage.Job(job: job, availableAt: now))
                replayed.append(letter.id)
            }
            return replayed
        }
    }

    public func purge(matching filter: DeadLetterFilter) async throws -> Int {
        storage.state.withLock { state in
            let before = state.letters.count
            state.letters = state.letters.filter { !filter.matches($0.value) }
            return before - state.letters.count
        }
    }
}
