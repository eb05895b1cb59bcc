import NIOCore

/// What is kept of a socket whose connection was lost.
struct SavedSession: Sendable {
    /// The secret that its client shows to have it back.
    let pid: String
    let socketID: String
    let rooms: [String]
    let data: (any Sendable)?
    /// Number of the last event before it was connected: what it got at least.
    let start: UInt64
    /// Number of the last event before it last left a room, where that matters: who has not got all up to there may have
    /// missed what was meant for that room.
    let lastLeave: UInt64
    /// What its client came with when it began: brought again, it says that nothing arrived since.
    let brought: BroughtOffset
    let expiry: NIODeadline
}
