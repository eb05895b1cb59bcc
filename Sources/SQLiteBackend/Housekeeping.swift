import Foundation
import GRDB
import Logging
import MsgKit
import ServiceLifecycle

/// What has to be done now and then: renew the subscription to events, and remove what nobody needs any more.
struct Housekeeping: Service {
    /// How long events are kept for those who lag.
    static let eventLifetime: Int64 = 300_000
    /// How many events are kept at most.
    static let maximumEvents: Int64 = 100_000
    private static let interval = Duration.seconds(15)
    private static let removalBatch = 5_000

    let database: SQLiteDatabase
    let node: NodeID
    let plans: SQLitePlanStore
    let workers: SQLiteWorkerBoard
    let search: SQLiteSearchIndex

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await cleanUp()
                } catch is CancellationError {
                    return
                } catch {
                    // What is under way when the process ends, because another of its services failed, is broken off.
                    if Task.isCancelled { return }
                    database.logger.warning(
                        "housekeeping of the data directory failed and will be tried again",
                        metadata: ["error": "\(String(reflecting: error))"])
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// One round.
    func cleanUp() async throws {
        let now = database.clock.now
        let node = node
        try await database.write { db in
            _ = try db.run(
                "UPDATE nodes SET subscribedUntil = ? WHERE id = ? AND subscribedUntil > 0",
                [now.stored + Subscribers.lifetime, node.rawValue])
            try NodeRow.removeEnded(at: now, in: db)
        }
        while try await removeEvents(at: now) == Self.removalBatch {}
        try await plans.removeDropped()
        try await workers.removeOld()
        try await search.removeOldRows()
    }

    private func removeEvents(at now: Date) async throws -> Int {
        // Looked at first: an idle service writes nothing.
        let last = try await database.read { db in
            let aged = try db.number(
                "SELECT max(seq) FROM events WHERE createdAt < ?", [now.stored - Self.eventLifetime])
            let surplus = try db.number("SELECT max(seq) FROM events") - Self.maximumEvents
            let last = max(aged, surplus)
            return try db.exists("SELECT 1 FROM events WHERE seq <= ? LIMIT 1", [last]) ? last : nil
        }
        guard let last else { return 0 }
        return try await database.write { db in
            try db.run(
                "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq <= ? ORDER BY seq LIMIT ?)",
                [last, Self.removalBatch])
        }
    }
}
