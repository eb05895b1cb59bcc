/// An instant of the server's logical clock: a second, and a count within it. Every change gets a later one.
struct BSONTimestamp: Sendable, Hashable, Comparable {
    var seconds: UInt32
    var increment: UInt32

    /// The server puts the present one in its place when a document with it is inserted.
    static let unset = BSONTimestamp(seconds: 0, increment: 0)

    static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.increment) < (right.seconds, right.increment)
    }
}
