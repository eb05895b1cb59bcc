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

        /// A language that texts of automatic messages ship in, by its ISO 639-1 code.
        public enum Language: String, Sendable, CaseIterable {
            case en, tr
        }

        /// Whether `serve` runs the schedule itself.
        public var enabled = true
        /// IANA name of the zone that all times of day here are read in.
        public var timeZone = "UTC"
        /// When the day's pairings are planned.
        public var planAt = TimeOfDay.hour(2)
        /// Earliest time of day that a message is sent.
        public var windowStart = TimeOfDay.hour(9)
        /// End of the sending window, after its start.
        public var windowEnd = TimeOfDay.hour(18)
        /// How often due messages are queued.
        public var enqueueInterval = Duration.seconds(60)
        /// A message queued but not sent for this long is queued again.
        public var requeueAfter = Duration.seconds(15 * 60)
        public var oddUser = OddUser.trio
        /// The language of the built-in texts.
        public var language = Language.en
        /// Texts that a message is drawn from; none for the built-in ones.
        public var templates: [MessageTemplate] = []

        public init() {}
    }
}
