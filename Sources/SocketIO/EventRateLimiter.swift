import EngineIO
import NIOCore

/// Keeps a connection to ``SocketIOConfiguration/maxEventsPerSecond``. Confined to the connection's loop; only there at all
/// when there is a limit.
final class EventRateLimiter {
    enum Verdict {
        case handle
        /// Handle this one, and then nothing for so long.
        case handleAndWait(TimeAmount)
        case disconnect
    }

    private let excess: EventRateExcess
    private let patience: TimeAmount
    private var bucket: TokenBucket
    /// Since when the client has sent more than it may, without a pause.
    private var exceedsSince: NIODeadline?
    /// Ends the wait.
    var timer: Scheduled<Void>?

    /// nil when there is no limit.
    init?(configuration: SocketIOConfiguration) {
        guard let rate = configuration.maxEventsPerSecond else { return nil }
        excess = configuration.eventRateExcess
        patience = TimeAmount(configuration.eventRatePatience)
        bucket = TokenBucket(rate: rate, burst: configuration.eventBurst ?? rate)
    }

    func eventReceived(at now: NIODeadline) -> Verdict {
        // Not when there is a token to spare, which a late timer leaves to a flood as well.
        if bucket.isIdle(at: now) { exceedsSince = nil }
        let hadToken = bucket.take(at: now)
        switch excess {
        case .disconnect: return hadToken ? .handle : .disconnect
        case .wait:
            // What a client sent before it left is handled without a token: there is nobody to hold.
            guard hadToken, let wait = bucket.wait(at: now) else { return .handle }
            let since = exceedsSince ?? now
            exceedsSince = since
            return now - since > patience ? .disconnect : .handleAndWait(wait)
        }
    }
}
