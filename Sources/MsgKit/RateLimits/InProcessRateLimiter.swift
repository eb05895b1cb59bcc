import Foundation
import Synchronization

/// Rate limits of one process.
///
/// Keeps a bounded number of keys of each action; when more are used, those are forgotten that were not used for longest,
/// about. So whoever sends requests from many addresses can't have it forget which passwords they tried.
public final class InProcessRateLimiter: RateLimiter {
    /// The uses of one key: slices and counts, the oldest first.
    private typealias Uses = [(slice: Int64, count: Int)]

    private let maximumKeys: Int
    /// By action.
    private let state = Mutex<[String: RecentlyUsed<RateLimitKey, Uses>]>([:])

    /// - Parameter maximumKeys: of each action.
    public init(maximumKeys: Int = 100_000) {
        self.maximumKeys = maximumKeys
    }

    /// How many keys are kept, of all actions.
    public var keyCount: Int { state.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    public func take(
        _ key: RateLimitKey, limit: Int, window: Duration, at instant: Date
    ) async throws -> RateLimitDecision {
        let slices = RateLimitSlices(window: window, at: instant)
        return state.withLock { [maximumKeys] state in
            var uses = state[key.action]?.value(key) ?? []
            uses.removeAll { $0.slice < slices.oldest || $0.slice > slices.newest }
            let count = uses.reduce(0) { $0 + $1.count }
            let isAllowed = count < limit
            if isAllowed {
                if let index = uses.firstIndex(where: { $0.slice == slices.current }) {
                    uses[index].count += 1
                } else {
                    uses.append((slices.current, 1))
                }
            }
            if !uses.isEmpty {
                state[key.action, default: RecentlyUsed(maximumCount: maximumKeys)].keep(uses, for: key)
            }
            return slices.decision(
                isAllowed: isAllowed, limit: limit, count: count + (isAllowed ? 1 : 0),
                first: uses.map(\.slice).min())
        }
    }
}
