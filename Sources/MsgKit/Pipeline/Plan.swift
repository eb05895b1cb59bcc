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
    /// What it is made by; nil of a plan of an older version, which kept none.
    public var settings: PlanSettings?
    public var notes: PlanNotes
    /// Who rested, as the number of users was odd.
    public var rested: User.ID?
    public var createdAt: Date
    /// Nil while it is being made; nothing of it is queued before.
    public var completedAt: Date?

    public init(
        id: ID, pool: String = defaultPool, date: PlanDate, seed: UInt64, figures: PlanFigures = PlanFigures(),
        settings: PlanSettings? = nil, notes: PlanNotes = PlanNotes(), rested: User.ID? = nil, createdAt: Date,
        completedAt: Date? = nil
    ) {
        self.id = id
        self.pool = pool
        self.date = date
        self.seed = seed
        self.figures = figures
        self.settings = settings
        self.notes = notes
        self.rested = rested
        self.createdAt = createdAt
        self.completedAt = completedAt
    }
}
