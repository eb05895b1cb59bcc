extension PlanSettings {
    init(_ pool: PoolSettings) {
        self.init(
            windowStart: TimeOfDay(secondsSinceMidnight: pool.window.start),
            windowEnd: TimeOfDay(secondsSinceMidnight: pool.window.end),
            timeZone: pool.zoneName, oddUser: pool.oddUser, avoidRounds: pool.avoidRounds,
            avoidDays: pool.avoidDays, weeklyLimit: pool.weeklyLimit, templates: pool.templates.map(\.text))
    }
}
