import Foundation

extension Configuration {
    /// When and how automatic messages are planned and queued.
    public struct Schedule: Sendable, Equatable {
        /// What happens to the user left over when their number is odd.
        public enum OddUser: String, Sendable, CaseIterable {
            /// The last pairing has three people.
            case trio
            /// Somebody of another pairing writes to the user left over as well.
            case double
            /// The user left over gets no message that day.
            case skip
        }

        /// What happens to a message that comes long after it was due.
        public enum Late: String, Sendable, CaseIterable {
            /// It is sent all the same.
            case send
            /// It is a dead letter.
            case skip
        }

        /// A language that texts of automatic messages ship in, by its ISO 639-1 code.
        public enum Language: String, Sendable, CaseIterable {
            case en, tr
        }

        /// Whether `serve` runs the schedule itself.
        public var enabled = true
        /// IANA name of the zone that all times of day here are read in.
        public var timeZone = "UTC"
        /// When a day's pairings are planned, read in UTC; see ``planning``.
        public var plan = Timetable.cron(.daily(at: .hour(2)), .gmt)
        /// The older way to write ``plan``; it counts when it is set.
        public var planAt: TimeOfDay?
        /// Earliest time of day that a message is sent.
        public var windowStart = TimeOfDay.hour(9)
        /// End of the sending window, after its start.
        public var windowEnd = TimeOfDay.hour(18)
        /// When due messages are queued, read in UTC; see ``queueing``.
        public var enqueue = Timetable.every(.seconds(60))
        /// The older way to write ``enqueue``; it counts when it is set.
        public var enqueueInterval: Duration?
        /// A message queued but not sent for this long is queued again.
        public var requeueAfter = Duration.seconds(15 * 60)
        public var late = Late.send
        /// What is late by no more than this is sent in any case.
        public var lateAfter = Duration.seconds(12 * 3600)
        public var oddUser = OddUser.trio
        /// The language of the built-in texts.
        public var language = Language.en
        /// Texts that a message is drawn from; none for the built-in ones.
        public var templates: [MessageTemplate] = []

        public init() {}

        /// ``timeZone`` itself.
        public var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }

        /// When a day's pairings are planned, in the zone of the schedule and by whichever key says it.
        public var planning: Timetable {
            (planAt.map { .cron(.daily(at: $0), .gmt) } ?? plan).reading(in: zone)
        }

        /// When due messages are queued, likewise.
        public var queueing: Timetable {
            (enqueueInterval.map { .every($0) } ?? enqueue).reading(in: zone)
        }
    }
}
