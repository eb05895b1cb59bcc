/// The offset that a client has sent with CONNECT, whosever it is.
///
/// A client keeps the last one it got, also over connections of other servers. So one that makes no sense here is no
/// error: it says that since the session began the client has got nothing, if it is the one that the session began with.
enum BroughtOffset: Sendable, Equatable {
    /// It has had no event yet.
    case none
    case text(String)
    /// No string, or too long to be kept: can't be told from another such.
    case unusable

    /// What a server of this library can have sent.
    var offset: RecoveryOffset? {
        guard case .text(let text) = self else { return nil }
        return RecoveryOffset(text: text)
    }

    /// Whether both are the same for sure.
    func isCertainly(_ other: Self) -> Bool {
        self != .unusable && self == other
    }
}
