import Foundation

/// Counts how often something was done lately, over all processes that share the engine.
public protocol RateLimiter: Sendable {
    /// Counts one use, if fewer than `limit` were counted in the window that ends now; a refused use is not counted.
    ///
    /// In no window are more than `limit` allowed. A place may become free up to a sixteenth of the window late. A key is
    /// always used with the same limit and window. Uses that lie further ahead than a window are forgotten, so that a clock
    /// that is set back keeps nobody out for much longer than two.
    /// - Parameter limit: 0 or less refuses everything.
    /// - Throws: ``ErrorCode/unavailable`` or ``ErrorCode/serverBusy`` when it can't be counted; what is then to be done
    ///   is the caller's to say.
    func take(_ key: RateLimitKey, limit: Int, window: Duration, at instant: Date) async throws -> RateLimitDecision
}
