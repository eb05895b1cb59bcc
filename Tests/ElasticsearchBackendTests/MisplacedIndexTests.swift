import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import ElasticsearchBackend

/// An index of somebody else that stands where the alias should be.
@Suite(
    .timeLimit(.minutes(2)),
    .enabled(if: EngineURL.elasticsearch != nil, "It needs an Elasticsearch; start one with scripts/services."))
struct MisplacedIndexTests {
    @Test func isSaidByHealthAndReindexUntilItIsRemoved() async throws {
        try await TestIndex.check { backend in
            let index = try backend.index
            let deadline = ContinuousClock.now + .seconds(60)
            let alias = index.names.alias
            _ = try await index.client.call(.put, "/\(alias)", until: deadline)
            let health = HealthService(
                probes: [backend.backend.probe], explains: true, lifetime: .zero, logger: FakeEngine.silent)
            let check = await health.report().checks["search"]
            #expect(check?.status == .down)
            #expect(check?.reason?.contains(alias) == true, "\(check?.reason ?? "")")
            let reindex = Reindex(
                feed: FakeFeed(), index: backend.search, leases: FreeLeases(), node: .random(), clock: SystemClock())
            do {
                _ = try await reindex.rebuild { _ in }
                Issue.record("it was rebuilt")
            } catch let error as MsgError {
                #expect(error.code == .configuration)
                #expect(error.operatorMessage.contains(alias))
                #expect(error.operatorMessage.contains("DELETE /\(alias)"))
                #expect(error.operatorMessage.contains("prefix"))
                #expect(!error.message.contains(alias), "the message is for everybody")
            }
            for repair in [false, true] {
                let error = await #expect(throws: MsgError.self) {
                    _ = try await reindex.verify(repair: repair, since: nil) { _ in }
                }
                #expect(error?.code == .configuration, "it was compared: \(String(reflecting: error))")
            }
            _ = try await index.client.call(.delete, "/\(alias)", until: deadline)
            _ = try await reindex.rebuild { _ in }
            #expect(await health.report().checks["search"]?.status == .up)
        }
    }

    @Test func aFullDisksBlockIsNoRefusal() {
        let block = ElasticsearchFault(status: 403, type: "cluster_block_exception", reason: "read-only")
        #expect(!block.isRefusal)
        #expect(ElasticsearchFault(status: 403, type: "security_exception", reason: "").isRefusal)
    }
}
