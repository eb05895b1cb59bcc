import Foundation

/// Does work under a lease: takes it, lets the work renew it, and gives it back however the work ends.
struct LeaseHolder: Sendable {
    /// A holder that does not renew for this long is thought dead.
    static let lifetime = Duration.seconds(20)

    /// Between two tries of one who waits.
    private static let pause = Duration.milliseconds(250)

    let leases: any LeaseStore
    let node: NodeID
    let clock: any WallClock

    /// - Parameters:
    ///   - waiting: for how long to wait while someone else holds the lease.
    ///   - onWait: called once when someone does.
    ///   - work: gets the lease, and a function that renews it and returns the renewed one; to be called between steps
    ///     that are each much shorter than ``lifetime``.
    /// - Throws: ``ErrorCode/leaseHeld`` with the given sentence when someone else holds the lease or took it over.
    func perform<Result>(
        _ name: String, elseThrow sentence: String, waiting: Duration = .zero, onWait: @Sendable () -> Void = {},
        work: (Lease, @escaping @Sendable (Lease) async throws -> Lease) async throws -> Result
    ) async throws -> Result {
        guard let lease = try await acquire(name, waiting: waiting, onWait: onWait) else {
            throw MsgError(.leaseHeld, sentence)
        }
        do {
            let result = try await work(lease) { held in
                guard let renewed = try await leases.renew(held, at: clock.now, until: expiry) else {
                    throw MsgError(.leaseHeld, sentence)
                }
                return renewed
            }
            try await leases.release(lease)
            return result
        } catch {
            // The first failure is what the caller must hear of; a lease that stays behind expires by itself. Who was
            // told to end gives it back all the same.
            await Task { try? await leases.release(lease) }.value
            throw error
        }
    }

    private func acquire(_ name: String, waiting: Duration, onWait: @Sendable () -> Void) async throws -> Lease? {
        let end = ContinuousClock.now + waiting
        var isTold = false
        while true {
            if let lease = try await leases.acquire(name, holder: node, at: clock.now, until: expiry) { return lease }
            guard .now < end else { return nil }
            if !isTold { onWait() }
            isTold = true
            try await Task.sleep(for: Self.pause)
        }
    }

    private var expiry: Date { clock.now.addingTimeInterval(Self.lifetime.seconds) }
}
