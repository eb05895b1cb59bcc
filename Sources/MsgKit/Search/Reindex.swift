import Foundation

/// Rebuilds the index beside the live one, or compares it with the messages.
public struct Reindex: Sendable {
    static let leaseName = "reindex"
    static let batchSize = 1000

    let feed: any MessageChangeFeed
    let index: any RebuildableSearchIndex
    private let holder: LeaseHolder

    public init(
        feed: any MessageChangeFeed, index: any RebuildableSearchIndex, leases: any LeaseStore, node: NodeID,
        clock: any WallClock
    ) {
        self.feed = feed
        self.index = index
        holder = LeaseHolder(leases: leases, node: node, clock: clock)
    }

    /// Builds an index of all messages and swaps it in; returns how many it holds. What changes meanwhile is taken in
    /// by the indexer afterwards. One that was interrupted goes on where it was.
    /// - Parameters:
    ///   - anew: whether to begin again instead.
    ///   - progress: called after each batch with the count so far.
    /// - Throws: ``ErrorCode/leaseHeld`` while another process rebuilds.
    public func rebuild(anew: Bool = false, progress: @Sendable (Int) -> Void) async throws -> Int {
        try await holder.perform(
            Self.leaseName,
            elseThrow: "Another process is building the index now, or was killed a moment ago."
        ) { lease, renew in
            var lease = lease
            return try await build(anew: anew) { count in
                progress(count)
                lease = try await renew(lease)
            }
        }
    }

    private func build(anew: Bool, step: (Int) async throws -> Void) async throws -> Int {
        var count = 0
        var last: Message.ID?
        if !anew, let unfinished = try await index.unfinishedRebuild() {
            count = unfinished.count
            last = unfinished.last
            try await step(count)
        } else {
            try await index.beginRebuild(at: try await feed.currentPosition())
        }
        while true {
            try Task.checkCancellation()
            let batch = try await feed.messages(afterID: last, limit: Self.batchSize)
            guard let newest = batch.last else { break }
            try await index.addToRebuild(batch)
            last = newest.id
            count += batch.count
            try await step(count)
        }
        try await index.finishRebuild()
        return count
    }
}
