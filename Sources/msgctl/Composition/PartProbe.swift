import MsgKit

/// A probe as one part of the system sees it: the API, say, works while the queue is away, and a worker does not.
struct PartProbe: HealthProbe {
    let probe: any HealthProbe
    let isRequired: Bool

    var name: String { probe.name }

    func probe() async throws { try await probe.probe() }
}
