/// One numbered step of the schema. What was released is never edited; a change is a new step.
struct Migration: Sendable {
    var version: Int
    var name: String
    /// Run in one transaction with the note that it was done.
    var statements: String
}

extension Migration {
    /// Every step in order.
    static let all: [Migration] = [
        accounts, conversations, pipeline, realtime, search, resumableRebuild, analytics, planChunks, wishes,
        phaseRuns, workers, silentMessages, requests, lastDone, sessionClients,
    ]
}
