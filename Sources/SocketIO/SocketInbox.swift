import DequeModule

/// What happened to a socket and was not handled yet, in order. Pure; the socket guards it with a lock.
struct SocketInbox: Sendable {
    private var items: Deque<InboxItem> = []
    private var isDraining = false
    private var isHolding = false

    struct Arrival: Equatable {
        /// A task must be started that takes items until there are none.
        var startsDraining = false
        /// The client must not be read until `Departure.releases`.
        var holds = false
    }

    /// - Parameter limit: number of items at which the client is held.
    mutating func append(_ item: InboxItem, limit: Int) -> Arrival {
        items.append(item)
        var arrival = Arrival()
        if !isDraining {
            isDraining = true
            arrival.startsDraining = true
        }
        if items.count >= limit, !isHolding {
            isHolding = true
            arrival.holds = true
        }
        return arrival
    }

    /// nil ends the draining.
    mutating func next(limit: Int) -> (item: InboxItem?, releases: Bool) {
        let item = items.popFirst()
        if item == nil {
            isDraining = false
            // An idle socket keeps no buffer.
            items = []
        }
        let releases = isHolding && items.count <= limit / 2
        if releases { isHolding = false }
        return (item, releases)
    }
}
