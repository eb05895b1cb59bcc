/// The messages of one day.
public struct DayCount: Sendable, Equatable, Codable {
    public var date: PlanDate
    /// Messages, the automatic ones included.
    public var messages: Int
    /// Those of them that the pipeline sent in people's names.
    public var automatic: Int

    public init(date: PlanDate, messages: Int, automatic: Int) {
        self.date = date
        self.messages = messages
        self.automatic = automatic
    }
}
