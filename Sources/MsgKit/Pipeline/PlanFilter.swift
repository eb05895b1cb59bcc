/// Which plans are wanted; every condition that is set must hold.
public struct PlanFilter: Sendable, Equatable {
    public var pool: String?
    /// The first date.
    public var from: PlanDate?
    /// The last date.
    public var through: PlanDate?
    public var isComplete: Bool?

    public init(
        pool: String? = nil, from: PlanDate? = nil, through: PlanDate? = nil, isComplete: Bool? = nil
    ) {
        self.pool = pool
        self.from = from
        self.through = through
        self.isComplete = isComplete
    }
}
