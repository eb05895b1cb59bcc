import MsgKit

/// What most rules ask for: some letters by id (nil: all).
extension DeadLetterQueue {
    public func deadLetters(page: PageRequest) async throws -> Page<DeadLetter> {
        try await deadLetters(matching: .everything, page: page)
    }

    public func replay(_ ids: [AutoMessage.ID]?) async throws -> [AutoMessage.ID] {
        try await replay(matching: DeadLetterFilter(ids: ids.map { Set($0) }))
    }

    public func purge(_ ids: [AutoMessage.ID]?) async throws -> Int {
        try await purge(matching: DeadLetterFilter(ids: ids.map { Set($0) }))
    }
}
