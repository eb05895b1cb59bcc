import MsgKit
import ServiceLifecycle

/// One implementation of every role, whichever engines they are on.
struct Engines: Sendable {
    var records: RecordEngine
    var cache: CacheEngine
    var queue: QueueEngine
    var search: SearchEngine
    /// What the engines need run in a process that stays.
    var services: [any Service]
    /// How busy what they do a bounded number of at a time is.
    var pools: @Sendable () -> [PoolUse]
    /// Where the embedded ones among them keep their data; nil when there are none.
    var dataDirectory: String?
    /// Ends everything; what was acknowledged is stored already.
    var close: @Sendable () async throws -> Void

    /// All probes; what this process can't do its work without is required.
    func probes(required: Set<String>) -> [any HealthProbe] {
        [records.probe, cache.probe, queue.probe, search.probe].map {
            PartProbe(probe: $0, isRequired: required.contains($0.name))
        }
    }
}
