import Synchronization

/// Says when something is to be done again that needs doing only every so often, whoever asks.
final class Interval: Sendable {
    private let duration: Duration
    private let last: Mutex<ContinuousClock.Instant?> = Mutex(nil)

    init(_ duration: Duration) {
        self.duration = duration
    }

    /// Whether it is to be done now, by the one who asks.
    func take() -> Bool {
        let now = ContinuousClock.now
        return last.withLock { last in
            if let last, now - last < duration { return false }
            last = now
            return true
        }
    }
}
