import Foundation

/// A window cut into slices of time. Uses are counted per slice; a slice counts while any of it lies in the window.
public struct RateLimitSlices: Sendable, Equatable {
    public static let perWindow: Int64 = 16

    /// In milliseconds.
    private let length: Int64
    private let now: Int64
    /// The slice that an instant lies in.
    public let current: Int64
    /// The oldest that counts.
    public var oldest: Int64 { current - Self.perWindow }
    /// The newest that counts: others' clocks may be ahead, but what lies further ahead than a window was counted by a clock
    /// that has been set back since.
    public var newest: Int64 { current + Self.perWindow }
    /// How long a slice counts after its beginning, in milliseconds.
    public let lifetime: Int64

    public init(window: Duration, at instant: Date) {
        // From a millisecond to some 35 years.
        length = Int64(min(max(window.seconds * 1000 / Double(Self.perWindow), 1), 0x1p40))
        now = instant.millisecondsSince1970
        current = now >= 0 ? now / length : (now - length + 1) / length
        lifetime = length * (Self.perWindow + 1)
    }

    /// - Parameters:
    ///   - count: of the window, this use included when it is allowed.
    ///   - first: the oldest slice that has a use in it; nil when none has.
    public func decision(isAllowed: Bool, limit: Int, count: Int, first: Int64?) -> RateLimitDecision {
        let age = min(max(current - (first ?? current), -Self.perWindow), Self.perWindow)
        let end = (current - age) * length + lifetime
        return RateLimitDecision(
            isAllowed: isAllowed, limit: limit, remaining: max(max(limit, 0) - count, 0),
            resetsAfter: .milliseconds(max(end - now, 1)))
    }
}
