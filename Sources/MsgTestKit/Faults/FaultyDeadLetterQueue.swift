import MsgKit

/// Dead letters behind ``Faults``.
struct FaultyDeadLetterQueue: DeadLetterQueue {
    let queue: any DeadLetterQueue
    let faults: Faults

    func deadLetters(page: PageRequest) async throws -> Page<DeadLetter> {
        try await faults.call { try await queue.deadLetters(page: page) }
    }

    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        try await faults.call { try await queue.deadLetter(id) }
    }

    func replay(_ ids: [AutoMessage.ID]?) async throws -> [AutoMessage.ID] {
        try await faults.call { try await queue.replay(ids) }
    }

    func purge(_ ids: [AutoMessage.ID]?) async throws -> Int {
        try await faults.call { try await queue.purge(ids) }
    }
}
