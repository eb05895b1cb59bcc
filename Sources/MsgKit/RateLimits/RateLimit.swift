/// How often something may be done: `count` times in any `window`.
public struct RateLimit: Sendable, Equatable {
    public var count: Int
    public var window: Duration

    public init(_ count: Int, per window: Duration) {
        self.count = count
        self.window = window
    }
}
