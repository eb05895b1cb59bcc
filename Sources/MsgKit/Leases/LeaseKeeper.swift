import Foundation
import Synchronization

/// A lease that is held through long work: renewed when some time has gone, however many steps the work takes.
final class LeaseKeeper: Sendable {
    /// A quarter of ``LeaseHolder/lifetime``.
    private static let interval = Duration.seconds(5)

    private struct State {
        var lease: Lease
        var renewedAt: Date
    }

    private let state: Mutex<State>
    private let clock: any WallClock
    private let renew: @Sendable (Lease) async throws -> Lease

    init(_ lease: Lease, clock: any WallClock, renew: @escaping @Sendable (Lease) async throws -> Lease) {
        state = Mutex(State(lease: lease, renewedAt: clock.now))
        self.clock = clock
        self.renew = renew
    }

    var lease: Lease { state.withLock(\.lease) }

    /// Renews the lease when it is time; to be called between steps that are each much shorter than its lifetime.
    /// - Throws: ``ErrorCode/leaseHeld`` when it was lost.
    func keep() async throws {
        let held = state.withLock { $0 }
        // A clock that was set back would else keep it from being renewed.
        guard abs(clock.now.timeIntervalSince(held.renewedAt)) >= Self.interval.seconds else { return }
        let renewed = try await renew(held.lease)
        let now = clock.now
        state.withLock { $0 = State(lease: renewed, renewedAt: now) }
    }
}
