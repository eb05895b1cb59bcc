/// An instant of the years 1970 to 9999 as a calendar and a clock in UTC show it.
///
/// Foundation's formatting takes twenty times as long, and every message is written with an instant.
struct CivilTime {
    private static let millisecondsOfDay: Int64 = 86_400_000
    /// The first instant of the year 10000.
    private static let end: Int64 = 253_402_300_800_000

    let year: Int
    let month: Int
    let day: Int
    private let millisecondOfDay: Int

    /// nil for an instant of another year.
    init?(millisecondsSince1970 milliseconds: Int64) {
        guard 0..<Self.end ~= milliseconds else { return nil }
        millisecondOfDay = Int(milliseconds % Self.millisecondsOfDay)
        // Years that begin with March have their leap day at the end; 719 468 days before 1970 began the year 0.
        let days = Int(milliseconds / Self.millisecondsOfDay) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    /// `2026-01-31T09:00:00.000Z`
    var iso8601: String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            var place = 0
            func write(_ number: Int, digits: Int, then separator: Unicode.Scalar) {
                var rest = number
                for index in (place..<place + digits).reversed() {
                    buffer[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                buffer[place + digits] = UInt8(ascii: separator)
                place += digits + 1
            }
            write(year, digits: 4, then: "-")
            write(month, digits: 2, then: "-")
            write(day, digits: 2, then: "T")
            write(millisecondOfDay / 3_600_000, digits: 2, then: ":")
            write(millisecondOfDay / 60_000 % 60, digits: 2, then: ":")
            write(millisecondOfDay / 1_000 % 60, digits: 2, then: ".")
            write(millisecondOfDay % 1_000, digits: 3, then: "Z")
            return place
        }
    }
}
