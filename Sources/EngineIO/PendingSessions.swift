import NIOCore

/// Sessions that the application has not let in, in the order in which they came.
struct PendingSessions {
    private struct Entry {
        let session: EngineIOSession
        let since: NIODeadline
    }

    private var entries: [UInt64: Entry] = [:]
    private var places: [String: UInt64] = [:]
    /// There is no entry before this place.
    private var oldest: UInt64 = 0
    private var next: UInt64 = 0

    mutating func append(_ session: EngineIOSession, now: NIODeadline) {
        entries[next] = Entry(session: session, since: now)
        places[session.id] = next
        next += 1
    }

    mutating func remove(_ id: String) {
        guard let place = places.removeValue(forKey: id) else { return }
        entries[place] = nil
    }

    /// The one that has waited longest, when that is since `instant` or before.
    mutating func first(since instant: NIODeadline) -> EngineIOSession? {
        while oldest < next, entries[oldest] == nil { oldest += 1 }
        guard let entry = entries[oldest], entry.since <= instant else { return nil }
        return entry.session
    }
}
