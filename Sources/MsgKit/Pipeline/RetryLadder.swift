/// The pauses before the first, second, … retry; after the last the job is given up.
public struct RetryLadder: Sendable, Equatable {
    public var delays: [Duration]
    /// By which part of its step a pause may be shorter, 0…1, so that what failed together does not come again together.
    public var jitter: Double

    public init(delays: [Duration], jitter: Double) {
        self.delays = delays
        self.jitter = max(0, min(jitter, 1))
    }

    /// The pause after so many failures before this one: from (1 − jitter) × step to the step, each as likely. Nil when the
    /// ladder has no step left.
    /// - Parameter isEndless: whether the last step counts for all that come after it.
    public func pause(
        after failures: Int, isEndless: Bool = false, using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        guard let last = delays.last else { return nil }
        let failures = max(0, failures)
        guard failures < delays.count || isEndless else { return nil }
        let step = failures < delays.count ? delays[failures] : last
        let fraction = Double(generator.next() >> 11) * 0x1p-53
        return min(step, max(.zero, step * (1 - jitter * fraction)))
    }
}
