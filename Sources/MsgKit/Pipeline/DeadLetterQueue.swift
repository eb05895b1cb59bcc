/// The jobs that were given up, one per automatic message, and what lay in the queue and is no job.
public protocol DeadLetterQueue: Sendable {
    /// A page of those that match: the oldest first, of one instant by id, those of an unknown instant before all others.
    func deadLetters(matching filter: DeadLetterFilter, page: PageRequest) async throws -> Page<DeadLetter>

    /// The ids of those that match, in the same order. An engine that can't look at any number of letters gives those of
    /// the oldest; there are more when these are gone.
    func ids(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID]

    /// The one of this id; nil when there is none.
    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter?

    /// Adds letters, as of what was given up without having been in the queue; returns when they will survive a crash.
    /// One that is there already is replaced, so that it is safe to repeat. A letter without an instant is of now; of what
    /// is no job as much is kept as the letter holds.
    func bury(_ letters: [DeadLetter]) async throws

    /// Puts the jobs among those that match back into the queue with their retries counted anew; returns the ids of those
    /// it put back. What is no job stays. Broken off, each letter is still there or its job is in the queue, or both.
    func replay(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID]

    /// Forgets those that match, jobs or not; returns how many.
    func purge(matching filter: DeadLetterFilter) async throws -> Int
}
