/// The jobs that were given up, one per automatic message, and what lay in the queue and is no job.
public protocol DeadLetterQueue: Sendable {
    /// A page of them, the oldest first.
    func deadLetters(page: PageRequest) async throws -> Page<DeadLetter>

    /// The one of this id; nil when there is none.
    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter?

    /// Puts jobs back into the queue with their retries counted anew (nil: all); returns the ids of those it put back.
    /// What is no job stays.
    func replay(_ ids: [AutoMessage.ID]?) async throws -> [AutoMessage.ID]

    /// Forgets dead letters, jobs or not (nil: all); returns how many.
    func purge(_ ids: [AutoMessage.ID]?) async throws -> Int
}
