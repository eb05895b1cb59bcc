import Foundation

/// When the messages of a day may be sent to people in any zone, as it is at the moment of planning.
struct SendTimes: Sendable {
    /// The time for the receivers of one zone.
    struct Slot: Sendable {
        var spans: SendSpans
        /// Whether the zone's window of the day itself is over, and this is that of the day after.
        var isNextDay: Bool
    }

    /// How many days after the planned one are looked at. A zone is a day ahead of another at most, and may lack one.
    private static let furthest = 3

    private let own: Slot
    private let zones: [String: Slot]

    /// - Parameter zones: the names of the receivers' zones. A name that is not known here counts as none.
    /// - Returns: nil when the window is over in its own zone.
    init?(of date: PlanDate, in window: SendWindow, at now: Date, zones names: Set<String>) {
        guard let spans = window.remainder(of: date, at: now) else { return nil }
        let own = Slot(spans: spans, isNextDay: false)
        self.own = own
        var zones: [String: Slot] = [:]
        for name in names {
            guard let zone = TimeZone(identifier: name) else { continue }
            let window = window.moved(to: zone)
            for days in 0...Self.furthest {
                guard let spans = window.remainder(of: PlanDate(daysSince1970: date.daysSince1970 + days), at: now)
                else { continue }
                zones[name] = Slot(spans: spans, isNextDay: days > 0)
                break
            }
        }
        self.zones = zones
    }

    /// The time for a receiver in a zone; for one whose zone is not known, that of the window's own.
    func slot(for zone: String?) -> Slot {
        zone.flatMap { zones[$0] } ?? own
    }
}
