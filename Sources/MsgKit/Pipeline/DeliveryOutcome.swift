/// What became of one delivery; each is settled with the queue in its own way.
public enum DeliveryOutcome: Sendable, Equatable, CaseIterable {
    /// Stored now.
    case delivered
    /// Stored before; told and marked again.
    case duplicate
    /// To be tried again.
    case retried
    /// Given up.
    case deadLettered
}
