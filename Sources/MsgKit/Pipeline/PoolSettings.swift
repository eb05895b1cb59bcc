import Foundation

/// What planning is told of one pool of users by the configuration.
public struct PoolSettings: Sendable {
    public var name: String
    public var window: SendWindow
    /// The name of the window's zone as it is configured: Foundation calls UTC GMT.
    public var zoneName: String
    /// When a day is planned.
    public var planning: Timetable
    /// Days from the day of a run of ``planning`` to the day that it plans.
    public var planAhead: Int
    /// For how long a run that was missed or failed is made up.
    public var grace: Duration
    public var oddUser: Configuration.Schedule.OddUser
    /// How many of the last plans, and of how many days, a pairing should not repeat while there is another choice.
    public var avoidRounds: Int
    public var avoidDays: Int
    /// In how many plans of any seven days a user is who chose no number.
    public var weeklyLimit: Int
    /// What messages are drawn from; never empty.
    public var templates: [MessageTemplate]

    public init(_ name: String, _ schedule: Configuration.Schedule) {
        self.name = name
        window = SendWindow(
            start: schedule.windowStart.secondsSinceMidnight, end: schedule.windowEnd.secondsSinceMidnight,
            timeZone: schedule.zone)
        zoneName = schedule.timeZone
        planning = schedule.planning
        planAhead = schedule.planAhead
        grace = schedule.grace
        oddUser = schedule.oddUser
        avoidRounds = schedule.avoidRounds
        avoidDays = schedule.avoidDays
        weeklyLimit = schedule.weeklyLimit
        templates = schedule.templates.isEmpty ? ShippedTemplates.all(in: schedule.language) : schedule.templates
    }

    /// The day that is planned when planning runs at an instant.
    public func date(plannedAt instant: Date) -> PlanDate {
        PlanDate(daysSince1970: PlanDate(instant, in: window.timeZone).daysSince1970 + planAhead)
    }
}
