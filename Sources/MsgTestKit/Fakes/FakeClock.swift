import Foundation
import MsgKit
import Synchronization

/// A clock that stands still until a test moves it.
public final class FakeClock: WallClock {
    private let instant: Mutex<Date>

    /// Starts at noon of 2026-01-31 in UTC, unless told otherwise.
    public init(_ start: Date = Date(millisecondsSince1970: 1_769_860_800_000)) {
        instant = Mutex(start.wholeMilliseconds)
    }

    public var now: Date { instant.withLock { $0 } }

    /// Moves the clock forward, or back by a negative duration.
    public func advance(by duration: Duration) {
        instant.withLock { $0 = $0.later(by: duration) }
    }

    public func set(to date: Date) {
        instant.withLock { $0 = date.wholeMilliseconds }
    }
}
