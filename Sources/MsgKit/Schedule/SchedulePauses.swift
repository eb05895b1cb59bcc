/// How long the scheduler waits for what; by the real time, which passes also where a clock stands still.
public struct SchedulePauses: Sendable {
    /// After this it looks again, so that a clock that was set is noticed.
    public var longest = Duration.seconds(60)
    /// Between two looks at what another process holds.
    public var held = Duration.seconds(5)
    /// Between two renewals of a lease, much shorter than a lease lasts.
    public var renewal = Duration.seconds(5)
    /// Before the first try again of what failed; the pauses grow up to ``longest``.
    public var failed = Duration.seconds(1)

    public init() {}
}
