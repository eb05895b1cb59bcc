/// In the plans of which days a user is, from six days before the day that is planned until six days after it.
///
/// Two bytes, as there is one for every user.
struct WeekTurns: Sendable, Equatable {
    /// How many days before and after a day are in seven days in a row with it.
    static let reach = 6

    /// A bit for each day, the lowest for the first; that of the day itself is never set.
    private var days: UInt16 = 0

    /// The user is in a plan so many days after the day, or before it when negative. Further days have no effect.
    mutating func note(_ distance: Int) {
        guard distance != 0, (-Self.reach...Self.reach).contains(distance) else { return }
        days |= UInt16(1) << UInt16(distance + Self.reach)
    }

    /// The most plans that the user is in of any seven days in a row that hold the day.
    var most: Int {
        (0...Self.reach).reduce(0) { most, first in max(most, (days >> UInt16(first) & 0x7F).nonzeroBitCount) }
    }
}
