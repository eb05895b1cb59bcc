/// A real question put to an engine, to see that it answers.
public protocol HealthProbe: Sendable {
    /// The key under `checks`: `store`, `cache`, `queue`, `search`.
    var name: String { get }
    /// Whether the service can't do its work without it.
    var isRequired: Bool { get }
    /// Returns when the engine has answered; throws when it has not, or ``UnpreparedEngine``.
    func probe() async throws
}
