import Foundation

/// Rebuilds the index beside the live one, or compares it with the messages.
public struct Reindex: Sendable {
    static let leaseName = "reindex"
    private static let batchSize = 1000

    private let feed: any MessageChangeFeed
    private let index: any RebuildableSearchIndex
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

    /// Compares the index with the messages, side by side in the order of ids; changes nothing unless `repair`.
    /// - Parameter since: only messages created or deleted at this instant or later count as drift.
    public func verify(repair: Bool, since: Date?, progress: @Sendable (Int) -> Void) async throws -> IndexDrift {
        var drift = IndexDrift()
        var stored = SortedPages { try await feed.messages(afterID: $0?.id, limit: Self.batchSize) }
        var indexed = SortedPages { try await index.entries(after: $0?.id, limit: Self.batchSize) }
        var missing: [Message] = []
        var extra: [Message.ID] = []
        func mend(all: Bool) async throws {
            guard repair, !missing.isEmpty || !extra.isEmpty, all || missing.count + extra.count >= Self.batchSize
            else { return }
            try await index.repair(storing: missing, removing: extra)
            drift.repaired += missing.count + extra.count
            missing = []
            extra = []
        }
        var message = try await stored.next()
        var entry = try await indexed.next()
        while message != nil || entry != nil {
            try Task.checkCancellation()
            if let found = message, entry.map({ found.id < $0.id }) ?? true {
                if since.map({ found.createdAt >= $0 }) ?? true {
                    drift.missing += 1
                    missing.append(found)
                }
                drift.checked += 1
                message = try await stored.next()
            } else if let held = entry, message.map({ held.id < $0.id }) ?? true {
                if since.map({ held.updatedAt >= $0 }) ?? true {
                    drift.extra += 1
                    extra.append(held.id)
                }
                entry = try await indexed.next()
            } else if let found = message, let held = entry {
                if found.updatedAt != held.updatedAt, since.map({ found.updatedAt >= $0 }) ?? true {
                    drift.stale += 1
                    missing.append(found)
                }
                drift.checked += 1
                message = try await stored.next()
                entry = try await indexed.next()
            }
            if drift.checked % Self.batchSize == 0 { progress(drift.checked) }
            try await mend(all: false)
        }
        try await mend(all: true)
        return drift
    }

    /// Rows in pages, handed out one by one.
    private struct SortedPages<Row: Sendable> {
        let fetch: (Row?) async throws -> [Row]
        private var page: ArraySlice<Row> = []
        private var last: Row?

        init(_ fetch: @escaping (Row?) async throws -> [Row]) {
            self.fetch = fetch
        }

        mutating func next() async throws -> Row? {
            if page.isEmpty { page = try await fetch(last)[...] }
            guard let row = page.popFirst() else { return nil }
            last = row
            return row
        }
    }
}
