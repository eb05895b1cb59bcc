import Foundation

/// The time of day, injected so that tests set it.
///
/// Every instant that is stored or sent has whole milliseconds, so that what an answer says and what a later read
/// says are the same.
public protocol WallClock: Sendable {
    /// The present instant, in whole milliseconds.
    var now: Date { get }
}
