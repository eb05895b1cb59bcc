/// What plans of other days say of the users who are to be planned, by their numbers in the population.
struct PlanHistory: Sendable {
    /// Meetings that are not to be repeated while there is another choice.
    var meetings: MeetingHistory
    /// Of which of the days around each user is in a plan.
    var turns: [WeekTurns]
    /// Who is in a pairing of another pool's plan of the same day.
    var elsewhere: Set<UInt32> = []
    /// Who rested at earlier odd rounds, the last first.
    var rested: [UInt32] = []

    init(people: Int) {
        meetings = MeetingHistory(people: people)
        turns = Array(repeating: WeekTurns(), count: people)
    }
}
