import Foundation

extension LeaseHolder {
    /// Does work of any length under a lease that is renewed beside it. Losing the lease cancels the work.
    /// - Parameter interval: between two renewals, much shorter than ``lifetime``.
    /// - Throws: ``ErrorCode/leaseHeld`` with the given sentence when someone else holds the lease or took it over.
    func keep(
        _ name: String, renewing interval: Duration, elseThrow sentence: String,
        work: @escaping @Sendable (Lease) async throws -> Void
    ) async throws {
        guard let lease = try await leases.acquire(name, holder: node, at: clock.now, until: expiryOfNow) else {
            throw MsgError(.leaseHeld, sentence)
        }
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await work(lease)
                    return true
                }
                group.addTask {
                    try await renewUntilLost(lease, every: interval)
                    return false
                }
                let isDone = try await group.next() ?? false
                group.cancelAll()
                if !isDone {
                    // What the work made of its end; it may have been done all the same.
                    _ = try? await group.next()
                    throw MsgError(.leaseHeld, sentence)
                }
            }
        } catch {
            await giveBack(lease)
            throw error
        }
        await giveBack(lease)
    }

    private func renewUntilLost(_ lease: Lease, every interval: Duration) async throws {
        var held = lease
        while true {
            try await Task.sleep(for: interval)
            do {
                guard let renewed = try await leases.renew(held, at: clock.now, until: expiryOfNow) else { return }
                held = renewed
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // An engine that is away for a moment takes nothing from anybody.
                guard clock.now < held.expiresAt else { return }
            }
        }
    }

    /// Also by who was told to end; a lease that stays behind expires by itself.
    private func giveBack(_ lease: Lease) async { await Task { try? await leases.release(lease) }.value }

    private var expiryOfNow: Date { clock.now.addingTimeInterval(Self.lifetime.seconds) }
}
