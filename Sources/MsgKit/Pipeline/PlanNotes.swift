/// What is worth knowing of a plan besides its figures.
public struct PlanNotes: Sendable, Equatable, Codable {
    /// Messages whose window had begun when the plan was made, so that they are drawn from the rest of it.
    public var late: Int
    /// Messages to people whose zone's window of the day was over; they are sent in that of the day after.
    public var nextDay: Int
    /// Pairings whose members changed places with others after the draw.
    public var exchanged: Int
    /// Pairings of people who met lately.
    public var repeated: Int
    /// How many users are without a pairing, by cause.
    public var causes: [LeftOut.Cause: Int]

    public init(
        late: Int = 0, nextDay: Int = 0, exchanged: Int = 0, repeated: Int = 0, causes: [LeftOut.Cause: Int] = [:]
    ) {
        self.late = late
        self.nextDay = nextDay
        self.exchanged = exchanged
        self.repeated = repeated
        self.causes = causes
    }
}
