import MsgKit

/// Asks whether messages can be searched. An index that nobody has made yet is no failure.
struct SearchProbe: HealthProbe {
    let name = "search"
    let isRequired = false
    let client: ElasticsearchClient
    let alias: String

    func probe() async throws {
        do {
            _ = try await client.call(
                .post, "/\(alias)/_search?allow_partial_search_results=false&filter_path=took",
                ["size": 0, "terminate_after": 1, "track_total_hits": false], until: .now + HealthService.deadline)
        } catch let fault as ElasticsearchFault where fault.isMissingIndex {}
    }
}
