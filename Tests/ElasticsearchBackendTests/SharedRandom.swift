import MsgKit
import Synchronization

/// Reproducible chance for several threads.
final class SharedRandom: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) {
        generator = Mutex(SeededGenerator(seed: seed))
    }

    func next(below limit: Int) -> Int {
        generator.withLock { Int.random(in: 0..<max(1, limit), using: &$0) }
    }
}
