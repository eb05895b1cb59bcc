/// What every engine answers alike.
extension PlanChunk {
    public static var outOfOrder: MsgError {
        MsgError(.conflict, "A part of the plan does not follow the one before it.")
    }

    /// Stored bytes are not those of a chunk.
    public static func damaged(_ number: Int, of plan: Plan.ID) -> MsgError {
        MsgError(
            .internalError, "Something that is stored can't be read.",
            detail: "Part \(number) of the plan \(plan) is damaged; its pairings are not known any more.")
    }
}

extension Plan {
    public static var isComplete: MsgError {
        MsgError(.conflict, "The plan is complete; nothing can be added to it.")
    }
}
