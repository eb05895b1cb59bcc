import DequeModule
import NIOCore

/// Lost connections by their `pid`, the oldest first. Pure.
struct SavedSessions {
    private var sessions: [String: SavedSession] = [:]
    /// In the order in which they expire; one that was taken or saved again stays until its turn.
    private var order: Deque<(pid: String, expiry: NIODeadline)> = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { sessions.isEmpty }
    var count: Int { sessions.count }

    mutating func save(_ session: SavedSession) {
        sessions[session.pid] = session
        order.append((session.pid, session.expiry))
        while sessions.count > limit || order.count > 2 * limit { dropFirst() }
    }

    mutating func take(_ pid: String) -> SavedSession? {
        sessions.removeValue(forKey: pid)
    }

    mutating func dropExpired(now: NIODeadline) {
        while let first = order.first, first.expiry <= now { dropFirst() }
    }

    private mutating func dropFirst() {
        guard let first = order.popFirst() else { return }
        if let session = sessions[first.pid], session.expiry <= first.expiry { sessions[first.pid] = nil }
    }
}
