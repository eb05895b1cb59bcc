/// What a plan was made by, kept with it.
public struct PlanSettings: Sendable, Equatable, Codable {
    public var windowStart: TimeOfDay
    public var windowEnd: TimeOfDay
    /// The IANA name of the pool's zone.
    public var timeZone: String
    public var oddUser: Configuration.Schedule.OddUser
    /// How many of the last rounds partners were not to meet again from.
    public var avoidRounds: Int
    /// … and of how many days.
    public var avoidDays: Int
    /// In how many plans of any seven days a user was, unless they chose another number.
    public var weeklyLimit: Int
    /// The texts that messages were drawn from.
    public var templates: [String]

    public init(
        windowStart: TimeOfDay, windowEnd: TimeOfDay, timeZone: String, oddUser: Configuration.Schedule.OddUser,
        avoidRounds: Int, avoidDays: Int, weeklyLimit: Int, templates: [String]
    ) {
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        self.timeZone = timeZone
        self.oddUser = oddUser
        self.avoidRounds = avoidRounds
        self.avoidDays = avoidDays
        self.weeklyLimit = weeklyLimit
        self.templates = templates
    }
}

extension Configuration.Schedule.OddUser: Codable {}

extension TimeOfDay: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = TimeOfDay(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "A time of day is HH:MM.")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
