/// Messages that a caller wants to have published, all or an error.
struct PublishRequest: Sendable {
    enum Outcome: Sendable {
        /// Each lies safe in its queue.
        case confirmed
        /// For some there was no queue.
        case unroutable
    }

    var messages: [OutgoingMessage]
    /// Makes room for other messages when the request is gone.
    var ticket: CallLimit.Ticket
    var reply = Reply<Outcome>()
}
