import Foundation

/// The stretches of time from which the instants of messages are drawn: parts of a send window, in order, none empty,
/// without an instant in common.
public struct SendSpans: Sendable, Equatable {
    /// In milliseconds since 1970.
    private let spans: [Range<Int64>]
    /// Whether part of the window lay in the past already.
    public let isCut: Bool

    /// What of some stretches is not before an instant; nil when nothing is.
    init?(_ ranges: [Range<Date>], from instant: Date) {
        // Rounded up: a millisecond that has begun is past.
        let first = Int64(min(max((instant.timeIntervalSince1970 * 1000).rounded(.up), -1e15), 1e15))
        let whole = ranges.map { $0.lowerBound.millisecondsSince1970..<$0.upperBound.millisecondsSince1970 }
        spans = whole.compactMap { span in
            let start = max(span.lowerBound, first)
            return start < span.upperBound ? start..<span.upperBound : nil
        }
        guard !spans.isEmpty else { return nil }
        isCut = spans != whole
    }

    public var ranges: [Range<Date>] {
        spans.map { Date(millisecondsSince1970: $0.lowerBound)..<Date(millisecondsSince1970: $0.upperBound) }
    }

    /// The instant that lies at a fraction, 0..<1, of the whole time: in whole milliseconds, before the end.
    public func instant(at fraction: Double) -> Date {
        let total = spans.reduce(0) { $0 + Int64($1.count) }
        var rest = min(max(Int64(fraction * Double(total)), 0), total - 1)
        for span in spans {
            if rest < span.count { return Date(millisecondsSince1970: span.lowerBound + rest) }
            rest -= Int64(span.count)
        }
        return Date(millisecondsSince1970: (spans.last?.upperBound ?? 1) - 1)
    }
}
