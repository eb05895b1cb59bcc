/// The jobs that were given up, one per automatic message.
public protocol DeadLetterQueue: Sendable {
    /// A page of them, the oldest first.
    func deadLetters(page: PageRequest) async throws -> Page<DeadLetter>

    /// The one of an automatic message; nil when there is none.
    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter?

    /// Puts jobs back into the queue with their retries counted anew (nil: all); returns the ids of those it put back.
    func replay(_ ids: [AutoMessage.ID]?) async throws -> [AutoMessage.ID]

    /// Forgets jobs (nil: all); returns how many.
    func purge(_ ids: [AutoMessage.ID]?) async throws -> Int
}
