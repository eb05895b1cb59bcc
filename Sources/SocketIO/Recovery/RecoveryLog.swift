import DequeModule
import EngineIO
import NIOCore

/// The last events of a namespace in the order of their sequence numbers, which begin with 1. Pure.
struct RecoveryLog {
    struct Entry {
        let sequence: UInt64
        let expiry: NIODeadline
        let selection: RoomSelection
        let event: StampedEvent
    }

    private var entries: Deque<Entry> = []
    private var byteCount = 0
    private let maxEvents: Int
    private let maxBytes: Int
    /// Number of the last event.
    private(set) var latest: UInt64 = 0
    /// Number of the last event that is not kept any more.
    private(set) var floor: UInt64 = 0

    init(maxEvents: Int, maxBytes: Int) {
        self.maxEvents = maxEvents
        self.maxBytes = maxBytes
    }

    var count: Int { entries.count }

    /// Keeps an event; `makeEvent` is given its number.
    mutating func append(
        to selection: RoomSelection, expiry: NIODeadline, _ makeEvent: (UInt64) -> StampedEvent
    ) -> StampedEvent {
        latest += 1
        let event = makeEvent(latest)
        entries.append(Entry(sequence: latest, expiry: expiry, selection: selection, event: event))
        byteCount += event.byteCount
        while entries.count > maxEvents || byteCount > maxBytes { dropFirst() }
        return event
    }

    mutating func dropExpired(now: NIODeadline) {
        while let first = entries.first, first.expiry <= now { dropFirst() }
    }

    /// Drops all, and makes a gap behind them that nobody can be on the far side of yet.
    mutating func forget() {
        entries = []
        byteCount = 0
        latest += 1
        floor = latest
    }

    private mutating func dropFirst() {
        guard let first = entries.popFirst() else { return }
        byteCount -= first.event.byteCount
        floor = first.sequence
    }

    /// Whether every event after a number is kept.
    func reachesBack(to sequence: UInt64) -> Bool {
        sequence >= floor && sequence <= latest
    }

    /// The events after a number that a socket in these rooms would have got.
    func events(after sequence: UInt64, for rooms: Set<String>) -> [StampedEvent] {
        var low = entries.startIndex
        var high = entries.endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
        }
        return entries[low...].lazy.filter { $0.selection.includes(rooms) }.map(\.event)
    }
}

extension RoomSelection {
    /// Whether a socket in these rooms, that of its own id among them, is meant.
    func includes(_ memberships: Set<String>) -> Bool {
        (rooms.isEmpty || rooms.contains(where: memberships.contains)) && !except.contains(where: memberships.contains)
    }
}
