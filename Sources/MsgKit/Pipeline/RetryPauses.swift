import Synchronization

/// Draws the pauses before retries for all deliveries of a worker.
final class RetryPauses: Sendable {
    private let ladder: RetryLadder
    private let generator: Mutex<any RandomNumberGenerator & Sendable>

    init(_ ladder: RetryLadder, using generator: any RandomNumberGenerator & Sendable) {
        self.ladder = ladder
        self.generator = Mutex(generator)
    }

    /// As ``RetryLadder/pause(after:isEndless:using:)``.
    func pause(after failures: Int, isEndless: Bool) -> Duration? {
        generator.withLock { ladder.pause(after: failures, isEndless: isEndless, using: &$0) }
    }
}
