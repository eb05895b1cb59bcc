import MsgKit
import Synchronization

/// Bounds what waits, by tickets: each takes a share of the room until it is forgotten everywhere, also by a thread that
/// is held up after its caller has gone.
final class CallLimit: Sendable {
    final class Ticket: Sendable {
        private let limit: CallLimit
        private let weight: Int
        private let isReturned = Atomic(false)

        fileprivate init(_ limit: CallLimit, _ weight: Int) {
            self.limit = limit
            self.weight = weight
        }

        deinit {
            giveBack()
        }

        /// Makes the room free at once, before its holder is forgotten: a caller who has been answered may come again.
        func giveBack() {
            guard !isReturned.exchange(true, ordering: .relaxed) else { return }
            limit.taken.withLock { $0 -= weight }
        }
    }

    private let room: Int
    private let taken = Mutex(0)

    init(_ room: Int) {
        self.room = room
    }

    /// - Throws: ``ErrorCode/serverBusy`` when there is no room.
    func enter(_ weight: Int = 1) throws -> Ticket {
        try taken.withLock { taken in
            guard taken + weight <= room else {
                throw MsgError(.serverBusy, "Too much waits for the job queue; try again in a moment.")
            }
            taken += weight
        }
        return Ticket(self, weight)
    }
}
