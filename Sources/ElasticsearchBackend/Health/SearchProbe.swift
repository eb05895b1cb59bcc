import MsgKit

/// Asks whether messages can be searched. An index that nobody has made yet is no failure.
struct SearchProbe: HealthProbe {
    let name = "search"
    let isRequired = false
    let client: ElasticsearchClient
    let names: IndexNames

    func probe() async throws {
        do {
            let _: SearchAnswer = try await client.call(
                .post, names.search, ["size": 0, "terminate_after": 1, "track_total_hits": false],
                until: .now + HealthService.deadline)
        } catch let fault as ElasticsearchFault where fault.isMissingIndex {
        } catch let fault as ElasticsearchFault {
            throw ElasticsearchClient.unavailable(fault)
        }
    }
}
