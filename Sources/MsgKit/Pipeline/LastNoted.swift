import Foundation

/// When something was last noted of an automatic message that is queued.
public enum LastNoted: Sendable {
    /// So long ago that the queue may have lost it.
    case before(Date)
    /// At a time that is yet to come: some clock was ahead.
    case after(Date)
}
