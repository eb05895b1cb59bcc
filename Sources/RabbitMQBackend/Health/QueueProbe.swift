import MsgKit

/// Asks the broker for the sending queue, on the connection that publishes: while the broker takes no messages, that is a
/// failure too.
struct QueueProbe: HealthProbe {
    let name = "queue"
    let isRequired = true
    let publisher: Publisher

    func probe() async throws { try await publisher.ping() }
}
