/// What a long piece of work does between its steps: it ends when it is told to, and keeps its lease.
struct PlanPace: Sendable {
    /// Nil where nothing is written.
    let lease: LeaseKeeper?

    func step() async throws {
        try Task.checkCancellation()
        try await lease?.keep()
    }
}
