import Foundation

/// The machine's clock.
public struct SystemClock: WallClock {
    public init() {}

    public var now: Date { Date().wholeMilliseconds }
}
