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
            throw MsgError(.messageNotFound, "There is no dead letter of message \(id).")
        }
        return letter
    }

    /// Puts jobs back into the queue (nil: all there are now), safe to repeat; returns how many.
    public func replay(_ ids: [AutoMessage.ID]?) async throws -> Int {
        var count = 0
        var wanted: [AutoMessage.ID] = []
        if let ids {
            for id in ids where try await queue.deadLetter(id) != nil { wanted.append(id) }
        } else {
            wanted = try await allIDs()
        }
        for batch in wanted.chunks(ofCount: Self.batchSize) {
            // The mark first: a job whose message is still marked failed would go straight back to the dead letters.
            try await messages.markReplayed(Array(batch), at: clock.now)
            count += try await queue.replay(Array(batch)).count
        }
        return count
    }

    /// Forgets jobs (nil: all); returns how many.
    public func purge(_ ids: [AutoMessage.ID]?) async throws -> Int {
        try await queue.purge(ids)
    }

    private func allIDs() async throws -> [AutoMessage.ID] {
        var ids: [AutoMessage.ID] = []
        var request = PageRequest(page: 1, limit: Self.batchSize)
        while true {
            let page = try await queue.deadLetters(page: request)
            ids += page.items.map(\.job.id)
            guard request.page < page.pages else { return ids }
            request.page += 1
        }
    }
}
