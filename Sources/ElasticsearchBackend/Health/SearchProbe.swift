import MsgKit

/// Asks whether messages can be searched. An index that nobody has made yet is no failure; one that is somebody else's
/// is. Changes nothing.
struct SearchProbe: HealthProbe {
    let name = "search"
    let isRequired = false
    let lifecycle: IndexLifecycle

    func probe() async throws {
        let deadline = ContinuousClock.now + HealthService.deadline
        try await lifecycle.client.refusingFaults {
            guard try await !lifecycle.formats(of: lifecycle.names.alias, until: deadline).isEmpty else { return }
            do {
                let _: SearchAnswer = try await lifecycle.client.call(
                    .post, lifecycle.names.search, ["size": 0, "terminate_after": 1, "track_total_hits": false],
                    until: deadline)
            } catch let fault as ElasticsearchFault where fault.isMissingIndex {}
        }
    }
}
