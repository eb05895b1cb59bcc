import Foundation

/// What a cache knows of an answer.
public enum CacheLookup: Sendable {
    case hit(Data)
    /// Nothing. With the ticket the answer may be cached that is read next; nil when it must not be.
    case miss(CacheTicket?)
}
