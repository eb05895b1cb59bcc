import MsgKit

/// Dead letters behind ``Faults``.
struct FaultyDeadLetterQueue: DeadLetterQueue {
    let queue: any DeadLetterQueue
    let faults: Faults

    func deadLetters(matching filter: DeadLetterFilter, page: PageRequest) async throws -> Page<DeadLetter> {
        try await faults.call { try await queue.deadLetters(matching: filter, page: page) }
    }

    func ids(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        try await faults.call { try await queue.ids(matching: filter) }
    }

    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        try await faults.call { try await queue.deadLetter(id) }
    }

    func bury(_ letters: [DeadLetter]) async throws {
        try await faults.call { try await queue.bury(letters) }
    }

    func replay(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        try await faults.call { try await queue.replay(matching: filter) }
    }

    func purge(matching filter: DeadLetterFilter) async throws -> Int {
        try await faults.call { try await queue.purge(matching: filter) }
    }
}
