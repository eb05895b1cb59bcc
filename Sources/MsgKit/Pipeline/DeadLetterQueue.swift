/// The jobs that were given up, one per automatic message, and what lay in the queue and is no job.
public protocol DeadLetterQueue: Sendable {
    /// A page of them, the oldest first.
    func deadLetters(page: PageRequest) async throws -> Page<DeadLetter>

    /// The one of this id; nil when there is none.
    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter?

    /// Adds letters, as of what was given up without having been in the queue; returns when they will survive a crash.
    /// One that is there already is replaced, so that it is safe to repeat. A letter without an instant is of now; of what
    /// is no job as much is kept as the letter holds.
    func bury(_ letters: [DeadLetter]) async throws

    /// Puts jobs back into the queue with their retries counted anew (nil: all); returns the ids of those it put back.
    /// What is no job stays.
    func replay(_ ids: [AutoMessage.ID]?) async throws -> [AutoMessage.ID]

    /// Forgets dead letters, jobs or not (nil: all); returns how many.
    func purge(_ ids: [AutoMessage.ID]?) async throws -> Int
}
