import Foundation

extension Reindex {
    /// Compares the index with the messages, side by side in the order of ids; changes nothing unless `repair`. What has
    /// changed since the index was brought up to date is about to be indexed: it only waits, and is no drift.
    /// - Parameter since: only messages created or deleted at this instant or later count as drift.
    public func verify(repair: Bool, since: Date?, progress: @Sendable (Int) -> Void) async throws -> IndexDrift {
        // Before anything is compared: all that came after it is known by the end.
        var waiting = WaitingChanges(feed: feed, after: try await ownCheckpoint())
        var drift = IndexDrift()
        var stored = SortedPages { try await feed.messages(afterID: $0?.id, limit: Self.batchSize) }
        var indexed = SortedPages { try await index.entries(after: $0?.id, limit: Self.batchSize) }
        var missing: [Message] = []
        var stale: [Message] = []
        var extra: [Message.ID] = []
        func settle() async throws {
            guard !missing.isEmpty || !stale.isEmpty || !extra.isEmpty else { return }
            try await waiting.look()
            let differing = missing.count + stale.count + extra.count
            missing.removeAll { waiting.contains($0.id) }
            stale.removeAll { waiting.contains($0.id) }
            extra.removeAll { waiting.contains($0) }
            drift.note(missing: missing.map(\.id), stale: stale.map(\.id), extra: extra)
            let count = missing.count + stale.count + extra.count
            drift.waiting += differing - count
            if repair, count > 0 {
                try await index.repair(storing: missing + stale, removing: extra)
                drift.repaired += count
            }
            (missing, stale, extra) = ([], [], [])
        }
        var message = try await stored.next()
        var entry = try await indexed.next()
        while message != nil || entry != nil {
            try Task.checkCancellation()
            if let found = message, entry.map({ found.id < $0.id }) ?? true {
                if since.map({ found.createdAt >= $0 }) ?? true { missing.append(found) }
                drift.checked += 1
                message = try await stored.next()
            } else if let held = entry, message.map({ held.id < $0.id }) ?? true {
                if since.map({ held.updatedAt >= $0 }) ?? true { extra.append(held.id) }
                entry = try await indexed.next()
            } else if let found = message, let held = entry {
                if found.updatedAt != held.updatedAt, since.map({ found.updatedAt >= $0 }) ?? true {
                    stale.append(found)
                }
                drift.checked += 1
                message = try await stored.next()
                entry = try await indexed.next()
            }
            if drift.checked % Self.batchSize == 0 { progress(drift.checked) }
            if missing.count + stale.count + extra.count >= Self.batchSize { try await settle() }
        }
        try await settle()
        return drift
    }

    /// How long an index that has nothing yet may take until its indexer has begun to fill it.
    private static let patience = Duration.seconds(3)

    /// Where the index is. One that was never filled holds nothing that could only be late, unless a server is about to
    /// fill it with the first messages of all.
    private func ownCheckpoint() async throws -> ChangePosition? {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            if let checkpoint = try await index.checkpoint() { return checkpoint }
            guard ContinuousClock.now < deadline, try await feed.currentPosition() != nil else { return nil }
            try await Task.sleep(for: .milliseconds(100))
        }
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
