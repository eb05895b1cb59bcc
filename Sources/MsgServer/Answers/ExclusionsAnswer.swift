import MsgKit

/// Whom a user has excluded, in the order of adding.
struct ExclusionsAnswer: Encodable, Sendable {
    var exclusions: [UserReference]
}
