/// What several clients answer to one event.
public struct BroadcastAnswers: Sendable {
    /// How many sockets were asked.
    public let count: Int
    /// The arguments of each acknowledgement as it comes. Ends when all have answered, or can't any more, or the time is
    /// over; whoever has disconnected by then is missing.
    public let answers: AsyncStream<EventArguments>
}
