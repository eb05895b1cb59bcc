/// A queue as it should be.
struct QueueDeclaration: Sendable, Equatable {
    var name: String
    var arguments: [String: HeaderValue] = [:]
    /// Of one connection only, and gone with it.
    var isExclusive = false
    /// Only asks for it: where there is none, none is made and the channel is closed.
    var isPassive = false
}
