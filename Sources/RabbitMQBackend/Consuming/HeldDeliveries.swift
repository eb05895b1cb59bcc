import Synchronization

/// The deliveries in this process's hands, by their receipts.
///
/// A receipt is good for one delivery on one connection. What is not here any more (settled, given back when its time was
/// over, lost with its connection) can't be settled.
final class HeldDeliveries: Sendable {
    private struct Held {
        var tag: UInt64
        var until: ContinuousClock.Instant
        /// Somebody is settling it: it is not given back meanwhile.
        var isClaimed = false
    }

    private struct State {
        /// Grows with each connection; part of every receipt, with a number that no other process has.
        var generation: UInt64 = 0
        var series = UInt64.random(in: .min ... .max)
        var held: [String: Held] = [:]
        /// When the first of them may have to go back; never too late, maybe too early.
        var earliest: ContinuousClock.Instant?
    }

    /// Deliveries of one connection to be settled with the broker.
    struct Settlement: Sendable {
        var generation: UInt64
        var tags: [UInt64]
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.held.count } }
    var generation: UInt64 { state.withLock { $0.generation } }

    /// The connection is gone, and what was delivered on it with it.
    func voidAll() {
        state.withLock { state in
            state.generation += 1
            state.held = [:]
            state.earliest = nil
        }
    }

    /// Takes messages into a worker's hands.
    func hold(_ messages: [(tag: UInt64, message: IncomingMessage)], until: ContinuousClock.Instant) -> [RawDelivery] {
        state.withLock { state in
            state.earliest = min(state.earliest ?? until, until)
            return messages.map { tag, message in
                let receipt = "\(String(state.series, radix: 36)).\(state.generation).\(tag)"
                state.held[receipt] = Held(tag: tag, until: until)
                return RawDelivery(message: message, receipt: receipt)
            }
        }
    }

    /// Takes deliveries out of the worker's hands; those that are not there are left out.
    func remove(_ receipts: [String]) -> Settlement {
        state.withLock { state in
            Settlement(
                generation: state.generation, tags: receipts.compactMap { state.held.removeValue(forKey: $0)?.tag })
        }
    }

    /// Keeps a delivery in hand while it is being settled; false when it is not there or another one settles it.
    func claim(_ receipt: String) -> Bool {
        state.withLock { state in
            guard state.held[receipt]?.isClaimed == false else { return false }
            state.held[receipt]?.isClaimed = true
            return true
        }
    }

    /// It could not be settled; its time counts again.
    func unclaim(_ receipt: String) {
        state.withLock { state in
            guard let held = state.held[receipt] else { return }
            state.held[receipt]?.isClaimed = false
            state.earliest = min(state.earliest ?? held.until, held.until)
        }
    }

    /// Takes those out of the worker's hands whose time is over; their tags.
    func removeExpired(at now: ContinuousClock.Instant) -> [UInt64] {
        state.withLock { state in
            guard let earliest = state.earliest, earliest <= now else { return [] }
            let expired = state.held.filter { $0.value.until <= now && !$0.value.isClaimed }
            for receipt in expired.keys { state.held[receipt] = nil }
            state.earliest = state.held.values.lazy.filter { !$0.isClaimed }.map(\.until).min()
            return expired.values.map(\.tag).sorted()
        }
    }

    /// When the first of them has to go back.
    var nextExpiry: ContinuousClock.Instant? { state.withLock { $0.earliest } }
}
