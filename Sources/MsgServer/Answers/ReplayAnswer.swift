import MsgKit

/// What a replay did, and which of the named letters it left alone.
struct ReplayAnswer: Encodable, Sendable {
    /// How many messages are in the queue again.
    var replayed: Int
    /// Dead letters that do not meet the other conditions.
    var unmatched: [AutoMessage.ID]
    /// Dead letters that are no jobs.
    var unreadable: [AutoMessage.ID]
    /// Messages that are no dead letters (any more).
    var settled: [AutoMessage.ID]
    /// Ids of nothing.
    var unknown: [AutoMessage.ID]

    init(replayed: Int, absent: AbsentDeadLetters) {
        self.replayed = replayed
        unmatched = absent.unmatched
        unreadable = absent.unreadable.map(\.id)
        settled = absent.settled
        unknown = absent.unknown
    }
}
