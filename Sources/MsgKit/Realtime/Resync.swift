/// `resync`: something may have passed the client by, and it has to read what it shows anew.
public struct Resync: ServerEvent, Equatable {
    public static let name = "resync"

    public enum Reason: String, Encodable, Sendable {
        /// It was away, and what it missed can't be told exactly, or is too much.
        case missedEvents
        /// Events of other nodes were lost on their way to this one.
        case lostEvents
    }

    public var reason: Reason

    public init(_ reason: Reason) {
        self.reason = reason
    }
}
