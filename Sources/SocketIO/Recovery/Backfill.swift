/// What the application found of what a client missed.
struct Backfill: Sendable {
    let events: [OutgoingEvent]
    /// Number of the last event before it looked.
    let mark: UInt64
}
