import Foundation
import Logging
import Synchronization

/// Limits over all processes, which each keeps by itself while the engine that they share is away: requests go on, and
/// each process allows as much as all of them did together.
///
/// What the engine allows is counted here too, so that an outage begins with what was used before it.
public final class FallbackRateLimiter: RateLimiter {
    /// How long the engine is left alone after it failed, so that not every request waits for it.
    static let pause = Duration.seconds(1)

    private let shared: any RateLimiter
    private let own = InProcessRateLimiter()
    private let outages: OutageLog
    private let now: @Sendable () -> ContinuousClock.Instant
    private let awayUntil = Mutex<ContinuousClock.Instant?>(nil)

    public init(
        _ shared: any RateLimiter, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.shared = shared
        self.now = now
        outages = OutageLog(
            failing: "rate limits are counted by this process alone: their engine is away",
            working: "rate limits are counted by all processes together again", logger: logger, now: now)
    }

    public func take(
        _ key: RateLimitKey, limit: Int, window: Duration, at instant: Date
    ) async throws -> RateLimitDecision {
        let begin = now()
        if isDue(at: begin) {
            do {
                let decision = try await shared.take(key, limit: limit, window: window, at: instant)
                awayUntil.withLock { $0 = nil }
                outages.worked()
                if decision.isAllowed {
                    _ = try await own.take(key, limit: limit, window: window, at: instant)
                }
                return decision
            } catch let error as MsgError {
                awayUntil.withLock { $0 = now() + Self.pause }
                outages.failed(error, begunAt: begin)
            }
        }
        return try await own.take(key, limit: limit, window: window, at: instant)
    }

    /// Whether the engine is to be asked. While it is away one is, after each pause: whether it is back takes as long to
    /// learn as it takes not to answer.
    private func isDue(at instant: ContinuousClock.Instant) -> Bool {
        awayUntil.withLock { awayUntil in
            guard let until = awayUntil else { return true }
            guard instant >= until else { return false }
            awayUntil = instant + Self.pause
            return true
        }
    }
}
