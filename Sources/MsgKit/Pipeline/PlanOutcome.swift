/// What a plan turned out to be, known when it is complete.
public struct PlanOutcome: Sendable, Equatable {
    public var figures: PlanFigures
    public var notes: PlanNotes
    /// Who rested, as the number of users was odd; nil when nobody had to.
    public var rested: User.ID?

    public init(figures: PlanFigures = PlanFigures(), notes: PlanNotes = PlanNotes(), rested: User.ID? = nil) {
        self.figures = figures
        self.notes = notes
        self.rested = rested
    }
}
