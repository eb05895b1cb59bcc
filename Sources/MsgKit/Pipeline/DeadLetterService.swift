import Algorithms
import Foundation

/// What operators do with jobs that were given up.
public struct DeadLetterService: Sendable {
    /// Ids that are looked up or marked by one call.
    private static let batchSize = 500
    /// Jobs that one call puts back: many, because an engine may have to look at all letters each time.
    private static let replaySize = 5_000

    private let queue: any DeadLetterQueue
    private let messages: any AutoMessageStore
    private let clock: any WallClock

    public init(queue: any DeadLetterQueue, messages: any AutoMessageStore, clock: any WallClock) {
        self.queue = queue
        self.messages = messages
        self.clock = clock
    }

    /// A page of those that match, the oldest first.
    public func list(matching filter: DeadLetterFilter, page: PageRequest) async throws -> Page<DeadLetter> {
        try await queue.deadLetters(matching: filter, page: page)
    }

    /// - Throws: ``ErrorCode/messageNotFound``.
    public func show(_ id: AutoMessage.ID) async throws -> DeadLetter {
        guard let letter = try await queue.deadLetter(id) else {
            throw MsgError(.messageNotFound, "There is no dead letter \(id).")
        }
        return letter
    }

    /// Of the ids that a filter names those that are not there or not meant; nothing for a filter that names none.
    public func absent(from filter: DeadLetterFilter) async throws -> AbsentDeadLetters {
        var absent = AbsentDeadLetters()
        for ids in (filter.ids ?? []).sorted().chunks(ofCount: Self.batchSize) {
            let request = PageRequest(limit: ids.count)
            let page = try await queue.deadLetters(matching: DeadLetterFilter(ids: Set(ids)), page: request)
            let letters = Dictionary(page.items.map { ($0.id, $0) }) { _, last in last }
            for id in ids {
                if let letter = letters[id] {
                    if !filter.matches(letter) {
                        absent.unmatched.append(id)
                    } else if letter.job == nil {
                        absent.unreadable.append(letter)
                    }
                } else if try await messages.autoMessage(id) != nil {
                    absent.settled.append(id)
                } else {
                    absent.unknown.append(id)
                }
            }
        }
        return absent
    }

    /// Puts the jobs among those that match back into the queue, each once; returns how many. Safe to repeat.
    public func replay(matching filter: DeadLetterFilter) async throws -> Int {
        var count = 0
        try await replay(matching: filter, counting: &count)
        return count
    }

    /// As ``replay(matching:)``, and tells the audit log how many were put back, also when it breaks off.
    public func replay(matching filter: DeadLetterFilter, by actor: AuditActor, _ audit: AuditLog) async throws -> Int {
        var count = 0
        do {
            try await replay(matching: filter, counting: &count)
        } catch {
            audit.record(.deadLettersReplayed(count, isComplete: false), by: actor)
            throw error
        }
        audit.record(.deadLettersReplayed(count, isComplete: true), by: actor)
        return count
    }

    private func replay(matching filter: DeadLetterFilter, counting count: inout Int) async throws {
        try await RequestID.$current.withValue(.current ?? .next()) { try await replayAll(filter, counting: &count) }
    }

    private func replayAll(_ filter: DeadLetterFilter, counting count: inout Int) async throws {
        guard filter.kind != .unreadable else { return }
        var jobs = filter
        jobs.kind = .job
        var known: Set<AutoMessage.ID> = []
        while true {
            // What fails again meanwhile is a dead letter again, and stays one.
            let ids = try await queue.ids(matching: jobs).filter { known.insert($0).inserted }
            guard !ids.isEmpty else { return }
            for batch in ids.chunks(ofCount: Self.replaySize) { count += try await replay(batch) }
        }
    }

    /// Forgets those that match, jobs or not; returns how many.
    public func purge(matching filter: DeadLetterFilter) async throws -> Int {
        try await queue.purge(matching: filter)
    }

    /// As ``purge(matching:)``, and tells the audit log how many there were. Of one that breaks off that is not known.
    public func purge(matching filter: DeadLetterFilter, by actor: AuditActor, _ audit: AuditLog) async throws -> Int {
        let count: Int
        do {
            count = try await purge(matching: filter)
        } catch {
            audit.record(.deadLettersPurged(0, isComplete: false), by: actor)
            throw error
        }
        audit.record(.deadLettersPurged(count, isComplete: true), by: actor)
        return count
    }

    private func replay(_ ids: ArraySlice<AutoMessage.ID>) async throws -> Int {
        // The mark first: a job whose message is still marked failed would go straight back to the dead letters.
        for part in ids.chunks(ofCount: Self.batchSize) {
            try await messages.markReplayed(Array(part), at: clock.now)
        }
        return try await queue.replay(matching: DeadLetterFilter(ids: Set(ids))).count
    }
}
