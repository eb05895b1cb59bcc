import Algorithms
import Foundation

/// What operators do with jobs that were given up.
public struct DeadLetterService: Sendable {
    private static let batchSize = 500

    private let queue: any DeadLetterQueue
    private let messages: any AutoMessageStore
    private let clock: any WallClock

    public init(queue: any DeadLetterQueue, messages: any AutoMessageStore, clock: any WallClock) {
        self.queue = queue
        self.messages = messages
        self.clock = clock
    }

    public func list(page: PageRequest) async throws -> Page<DeadLetter> {
        try await queue.deadLetters(page: page)
    }

    /// - Throws: ``ErrorCode/messageNotFound``.
    public func show(_ id: AutoMessage.ID) async throws -> DeadLetter {
        guard let letter = try await queue.deadLetter(id) else {
            throw MsgError(.messageNotFound, "There is no dead letter \(id).")
        }
        return letter
    }

    /// Puts jobs back into the queue (nil: all there are now), safe to repeat. Says of everything else why it did not.
    public func replay(_ ids: [AutoMessage.ID]?) async throws -> ReplayResult {
        var result = ReplayResult()
        let wanted: [AutoMessage.ID]
        if let ids { wanted = try await jobs(ids, &result) } else { wanted = try await allJobs(&result) }
        for batch in wanted.chunks(ofCount: Self.batchSize) {
            // The mark first: a job whose message is still marked failed would go straight back to the dead letters.
            try await messages.markReplayed(Array(batch), at: clock.now)
            result.replayed += try await queue.replay(Array(batch)).count
        }
        return result
    }

    /// Forgets dead letters, jobs or not (nil: all); returns how many.
    public func purge(_ ids: [AutoMessage.ID]?) async throws -> Int {
        try await queue.purge(ids)
    }

    /// Those of the ids that are jobs; of the others the result says what they are.
    private func jobs(_ ids: [AutoMessage.ID], _ result: inout ReplayResult) async throws -> [AutoMessage.ID] {
        var jobs: [AutoMessage.ID] = []
        for id in ids.uniqued() {
            if let letter = try await queue.deadLetter(id) {
                if letter.job == nil { result.unreadable.append(letter) } else { jobs.append(id) }
            } else if try await messages.autoMessage(id) != nil {
                result.settled.append(id)
            } else {
                result.unknown.append(id)
            }
        }
        return jobs
    }

    private func allJobs(_ result: inout ReplayResult) async throws -> [AutoMessage.ID] {
        var jobs: [AutoMessage.ID] = []
        var request = PageRequest(page: 1, limit: Self.batchSize)
        while true {
            let page = try await queue.deadLetters(page: request)
            for letter in page.items {
                if letter.job == nil { result.unreadable.append(letter) } else { jobs.append(letter.id) }
            }
            guard request.page < page.pages else { return jobs }
            request.page += 1
        }
    }
}
