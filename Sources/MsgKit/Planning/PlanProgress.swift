/// How far the messages of a plan have come; each counts once.
public struct PlanProgress: Sendable, Equatable, Codable {
    /// Neither queued nor sent yet.
    public var planned: Int
    /// Queued, and not sent yet.
    public var queued: Int
    public var sent: Int
    /// Given up.
    public var failed: Int

    public init(planned: Int = 0, queued: Int = 0, sent: Int = 0, failed: Int = 0) {
        self.planned = planned
        self.queued = queued
        self.sent = sent
        self.failed = failed
    }
}
