import Foundation

extension Date {
    /// Milliseconds since 1970-01-01T00:00:00Z, the form in which instants are stored.
    public var millisecondsSince1970: Int64 {
        Int64((timeIntervalSince1970 * 1000).rounded())
    }

    public init(millisecondsSince1970 milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// This instant without what is smaller than a millisecond.
    public var wholeMilliseconds: Date {
        Date(millisecondsSince1970: Int64((timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// ISO 8601 in UTC with milliseconds, as every answer writes it: `2026-01-31T09:00:00.000Z`.
    public var iso8601: String {
        // Half a millisecond more, because the style cuts: most milliseconds lie a little below theirs in a Double.
        CivilTime(millisecondsSince1970: millisecondsSince1970)?.iso8601
            ?? addingTimeInterval(0.0005).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Reads ISO 8601 with or without fractions of a second, to the nearest millisecond; nil for anything else.
    public init?(iso8601 text: String) {
        // Foundation would take an hour 25 for the next day's first.
        let time = text.utf8.dropFirst(11).prefix(8).split(separator: UInt8(ascii: ":")).map {
            Int(Substring($0)) ?? 99
        }
        guard time.count == 3, time[0] < 24, time[1] < 60, time[2] < 60 else { return nil }
        if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
            self.init(millisecondsSince1970: date.millisecondsSince1970)
        } else if let date = try? Date(text, strategy: Date.ISO8601FormatStyle()) {
            self = date
        } else {
            return nil
        }
    }
}
