import Foundation
import MsgKit

extension Date {
    /// The instant that much later, in whole milliseconds, so that it equals itself after it was stored and read.
    public func later(by duration: Duration) -> Date {
        let (seconds, attoseconds) = duration.components
        return Date(millisecondsSince1970: millisecondsSince1970 + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The whole second in which this instant lies.
    public var wholeSeconds: Date {
        Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down))
    }
}
