import Synchronization

/// What was decided about one request: of several limits the one with the least left.
public final class RateLimitRecord: Sendable {
    public struct Entry: Sendable, Equatable {
        public var decision: RateLimitDecision
        public var limit: RateLimit
    }

    private let state = Mutex<Entry?>(nil)

    public init() {}

    /// Nil when no limit was asked.
    public var tightest: Entry? { state.withLock { $0 } }

    func note(_ decision: RateLimitDecision, of limit: RateLimit) {
        state.withLock { entry in
            if let known = entry?.decision,
                !known.isAllowed || decision.isAllowed && known.remaining <= decision.remaining
            {
                return
            }
            entry = Entry(decision: decision, limit: limit)
        }
    }
}
