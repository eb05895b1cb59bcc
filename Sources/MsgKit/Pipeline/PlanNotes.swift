/// What one run of planning knows of its plan besides the figures that are stored.
public struct PlanNotes: Sendable, Equatable {
    /// Messages whose window had begun when the plan was made, so that they are drawn from the rest of it.
    public var late = 0
    /// Messages to people whose zone's window of the day was over; they are sent in that of the day after.
    public var nextDay = 0
    /// Pairings whose members changed places with others after the draw.
    public var exchanged = 0
    /// Pairings of people who met lately.
    public var repeated = 0
    /// How many users are without a pairing, by cause.
    public var causes: [LeftOut.Cause: Int] = [:]

    public init() {}
}
