/// The growing pauses between tries of something that fails: each twice as long as the last, up to a longest.
public struct Backoff: Sendable {
    private let shortest: Duration
    private let longest: Duration
    private var upcoming: Duration

    public init(from shortest: Duration = .milliseconds(500), to longest: Duration = .seconds(30)) {
        self.shortest = shortest
        self.longest = longest
        upcoming = shortest
    }

    /// The pause before the next try.
    public mutating func next() -> Duration {
        defer { upcoming = min(upcoming * 2, longest) }
        return upcoming
    }

    /// It worked: the next pause is short again.
    public mutating func reset() { upcoming = shortest }
}
