/// A caller that waits for deliveries.
struct ReceiveRequest: Sendable {
    var limit: Int
    var until: ContinuousClock.Instant
    /// Makes room for another call when the request is gone.
    var ticket: CallLimit.Ticket
    var reply = Reply<[RawDelivery]>()
    /// Whether the broker has been asked since it waits; it is not sent away before.
    var hasBeenAskedFor = false
}
