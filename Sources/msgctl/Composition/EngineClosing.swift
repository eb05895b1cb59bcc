/// What is to be closed in the end, the last opened first.
struct EngineClosing: Sendable {
    private var steps: [@Sendable () async throws -> Void] = []

    mutating func add(_ step: @escaping @Sendable () async throws -> Void) {
        steps.append(step)
    }

    /// Closes everything, and throws the first failure afterwards.
    func close() async throws {
        var failure: (any Error)?
        for step in steps.reversed() {
            do { try await step() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }
}
