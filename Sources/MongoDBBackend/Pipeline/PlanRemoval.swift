import Foundation
import MsgKit

/// Removes what plans that were given up have left behind, in bounded steps.
struct PlanRemoval: Sendable {
    private static let batchSize = 2_000
    /// How long a dropped plan is remembered: one who still adds to it is long gone by then.
    private static let memory: TimeInterval = 3600

    let database: MongoDatabase

    /// Removes the messages and chunks of the plans that a plan took the place of.
    func removeDropped(of plan: Plan) async throws {
        let stored = try await database.perform { connection in
            try connection.first(in: .plans, PlanDocuments.key(pool: plan.pool, date: plan.date)).map {
                try PlanDocuments.Stored($0)
            }
        }
        for dropped in stored?.dropped ?? [] { try await removeRows(of: dropped.plan) }
    }

    /// Removes what is left of all dropped plans, and forgets those of long ago.
    func sweep(at now: Date) async throws {
        let limit = now.addingTimeInterval(-Self.memory)
        let all = try await database.perform { connection in
            let found = try connection.find(in: .plans, ["dropped.plan": ["$gt": .objectID(0, 0)]])
            return try connection.readable(found) { try PlanDocuments.Stored($0) }
        }
        for stored in all {
            for dropped in stored.dropped { try await removeRows(of: dropped.plan) }
            guard stored.dropped.contains(where: { $0.at < limit }) else { continue }
            try await database.perform { connection in
                _ = try connection.updateOne(
                    in: .plans, PlanDocuments.key(pool: stored.plan.pool, date: stored.plan.date),
                    ["$pull": ["dropped": ["at": ["$lt": .date(limit)]]]])
            }
        }
    }

    private func removeRows(of plan: Plan.ID) async throws {
        for collection in [MongoCollection.autoMessages, .planChunks] {
            while try await removeSome(of: plan, from: collection) { try Task.checkCancellation() }
        }
    }

    /// True when there may be more.
    private func removeSome(of plan: Plan.ID, from collection: MongoCollection) async throws -> Bool {
        try await database.perform { connection in
            let own: BSONDocument = ["plan": .id(plan)]
            let found = try connection.find(
                in: collection, own, FindOptions(projection: ["_id": 1], limit: Self.batchSize))
            guard !found.isEmpty else { return false }
            _ = try connection.removeAll(
                from: collection, own.appending("_id", ["$in": .array(found.compactMap { $0["_id"] })]))
            return found.count == Self.batchSize
        }
    }
}
