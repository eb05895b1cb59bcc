import Foundation
import MsgKit
import Testing

struct NoCacheTests {
    @Test func changesAreMadeAndNothingIsKept() async throws {
        let cache = NoCache()
        let tag = CacheTag(rawValue: "tag")
        #expect(try await cache.changing([tag]) { 1 } == 1)
        #expect(try await cache.changingStrictly([tag]) { 2 } == 2)
        if case .miss(nil) = await cache.lookup(CacheKey(user: nil, name: "a"), tags: [tag]) {
        } else {
            Issue.record("nothing can be stored")
        }
    }
}
