import NIOCore

/// How often something may happen: `burst` times at once, and then as often as tokens come back. Pure, and one number
/// large: the time at which the bucket will be full again.
package struct TokenBucket {
    private let interval: TimeAmount
    /// How far off a full bucket may be while there is still a token.
    private let tolerance: TimeAmount
    private var full = NIODeadline.uptimeNanoseconds(0)

    /// - Parameters:
    ///   - rate: tokens that come back in a second; at least 1.
    ///   - burst: tokens of a full bucket; at least 1.
    package init(rate: Int, burst: Int) {
        interval = .nanoseconds(max(1_000_000_000 / Int64(max(rate, 1)), 1))
        // A day's worth is as good as any more, and cannot overflow.
        let spare = min(Int64(max(burst, 1) - 1), 86_400_000_000_000 / interval.nanoseconds)
        tolerance = interval * spare
    }

    /// Takes a token, if there is one.
    package mutating func take(at now: NIODeadline) -> Bool {
        guard wait(at: now) == nil else { return false }
        owe(at: now)
        return true
    }

    /// Takes a token, and if there is none one that has yet to come back.
    package mutating func owe(at now: NIODeadline) {
        full = max(full, now) + interval
    }

    /// Whether nothing was taken for so long that it is full, and would hold another token.
    package func isIdle(at now: NIODeadline) -> Bool { now - full >= interval }

    /// The time until there is a token; nil when there is one.
    package func wait(at now: NIODeadline) -> TimeAmount? {
        let missing = full - now - tolerance
        return missing > .zero ? missing : nil
    }
}
