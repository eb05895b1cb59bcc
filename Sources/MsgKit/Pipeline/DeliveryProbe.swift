/// Tells when queued messages don't get delivered although the engines answer.
public struct DeliveryProbe: HealthProbe {
    public let name = "delivery"
    public let isRequired = false
    private let problem: @Sendable () async throws -> String?

    /// - Parameter problem: what is wrong, as a sentence; nil when nothing is.
    public init(problem: @escaping @Sendable () async throws -> String?) { self.problem = problem }

    /// By what a process that stays has last seen.
    public init(_ watch: DeliveryWatch) { self.init { watch.problem } }

    public func probe() async throws {
        if let problem = try await problem() { throw MsgError(.unavailable, problem) }
    }
}
