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
        /// When pairings are planned, read in UTC; see ``planning``.
        public var plan = Timetable.cron(.daily(at: .hour(2)), .gmt)
        /// The older way to write ``plan``; it counts when it is set.
        public var planAt: TimeOfDay?
        /// Days from the day of a run of planning to the day that it plans, 0…7.
        public var planAhead = 0
        /// A run that was missed or failed is made up for so long, 1 minute to 7 days: none begins on the dot.
        public var grace = Duration.seconds(24 * 3600)
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
        /// How many of the last plans a pairing should not repeat, 0…60.
        public var avoidRounds = 14
        /// Of how many days before the planned one a pairing should not repeat those, 0…60.
        public var avoidDays = 0
        /// In how many plans of any seven days a user is who chose no number, 0…7.
        public var weeklyLimit = 7
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
