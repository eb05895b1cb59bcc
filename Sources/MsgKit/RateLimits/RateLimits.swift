/// The limits of an installation. What is over one is refused, whoever asks and whatever else they send.
public struct RateLimits: Sendable {
    private let limits: Configuration.Limits
    private let limiter: any RateLimiter
    private let clock: any WallClock

    public init(_ limits: Configuration.Limits, limiter: any RateLimiter, clock: any WallClock) {
        self.limits = limits
        self.limiter = limiter
        self.clock = clock
    }

    /// Counts an action.
    /// - Parameter record: is told what was decided, either way.
    /// - Throws: ``ErrorCode/rateLimited`` with ``MsgError/retryAfter`` when it is over its limit. Never because it can't be
    ///   counted: it is then allowed.
    public func take(_ action: LimitedAction, noting record: RateLimitRecord? = nil) async throws {
        guard let limit = limit(of: action) else { return }
        for (key, limit) in action.counts(within: limit) {
            let decision: RateLimitDecision
            do {
                decision = try await limiter.take(key, limit: limit.count, window: limit.window, at: clock.now)
            } catch is MsgError {
                return
            }
            record?.note(decision, of: limit)
            guard decision.isAllowed else { throw refusal(of: action, decision) }
        }
    }

    private func refusal(of action: LimitedAction, _ decision: RateLimitDecision) -> MsgError {
        let seconds = decision.resetsAfter.wholeSecondsUp
        var error = MsgError(.rateLimited, action.refusal(wait: seconds == 1 ? "a second" : "\(seconds) seconds"))
        error.retryAfter = decision.resetsAfter
        return error
    }

    private func limit(of action: LimitedAction) -> RateLimit? {
        switch action {
        case .request: limits.requests
        case .logIn: limits.logins
        case .message: limits.messages
        }
    }
}
