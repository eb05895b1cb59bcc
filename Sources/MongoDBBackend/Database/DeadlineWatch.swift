import Dispatch
import Foundation

/// Looks ten times a second for calls whose deadline has passed. One thread for all of them is cheaper than a timer
/// for each, of which nearly none would ever fire.
final class DeadlineWatch: Sendable {
    private static let interval = DispatchTimeInterval.milliseconds(100)

    private let stop = DispatchSemaphore(value: 0)

    init(_ expire: @escaping @Sendable (ContinuousClock.Instant) -> Void) {
        let thread = Thread { [stop] in
            while stop.wait(timeout: .now() + Self.interval) == .timedOut { expire(.now) }
        }
        thread.name = "mongodb-deadlines"
        thread.stackSize = 256 * 1024
        thread.start()
    }

    func end() { stop.signal() }

    deinit { stop.signal() }
}
