import Synchronization

/// What a session has written for a websocket on another loop, and that loop has not taken yet.
///
/// Counted on both loops, because a loop that is busy takes nothing while the session goes on writing.
final class HopBacklog: Sendable {
    private let bytes = Atomic(0)
    private let writes = Atomic(0)

    func add(_ count: Int) {
        bytes.add(count, ordering: .relaxed)
        writes.add(1, ordering: .relaxed)
    }

    func subtract(bytes count: Int, writes number: Int) {
        bytes.subtract(count, ordering: .relaxed)
        writes.subtract(number, ordering: .relaxed)
    }

    /// Whether more waits than either bound.
    func exceeds(bytes maxBytes: Int, writes maxWrites: Int) -> Bool {
        bytes.load(ordering: .relaxed) > maxBytes || writes.load(ordering: .relaxed) > maxWrites
    }
}
