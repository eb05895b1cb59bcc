import Foundation

/// One day's pairings of one pool, as planned.
public struct Plan: Sendable, Equatable {
    public typealias ID = Identifier<Plan>

    /// The pool of everybody.
    public static let defaultPool = "default"

    public var id: ID
    public var pool: String
    public var date: PlanDate
    /// What the shuffle and the send times were drawn from.
    public var seed: UInt64
    public var figures: PlanFigures
    public var createdAt: Date
    /// Nil while it is being made; nothing of it is queued before.
    public var completedAt: Date?

    public init(
        id: ID, pool: String = defaultPool, date: PlanDate, seed: UInt64, figures: PlanFigures = PlanFigures(),
        createdAt: Date, completedAt: Date? = nil
    ) {
        self.id = id
        self.pool = pool
        self.date = date
        self.seed = seed
        self.figures = figures
        self.createdAt = createdAt
        self.completedAt = completedAt
    }
}
