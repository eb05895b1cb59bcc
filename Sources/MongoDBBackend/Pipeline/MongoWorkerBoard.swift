import Foundation
import MsgKit

/// What workers say of themselves, in MongoDB.
struct MongoWorkerBoard: WorkerBoard {
    /// For how long the report of a worker that is silent is kept.
    private static let lifetime: TimeInterval = 86_400

    let database: MongoDatabase

    func report(_ report: WorkerReport) async throws {
        try await database.perform { connection in
            _ = try connection.updateOne(
                in: .workers, ["_id": .string(report.node.rawValue)],
                [
                    "$set": [
                        "startedAt": .date(report.startedAt), "seenAt": .date(report.seenAt),
                        "lastSettledAt": .optional(report.lastSettledAt) { .date($0) },
                        "settled": .int64(Int64(report.settled)), "inHand": .int64(Int64(report.inHand)),
                        "concurrency": .int64(Int64(report.concurrency)),
                        "stalledSince": .optional(report.stalledSince) { .date($0) },
                    ]
                ], isUpsert: true)
        }
    }

    func remove(_ node: NodeID) async throws {
        try await database.perform { _ = try $0.removeAll(from: .workers, ["_id": .string(node.rawValue)]) }
    }

    func reports(since instant: Date) async throws -> [WorkerReport] {
        try await database.perform { connection in
            let found = try connection.find(in: .workers, ["seenAt": ["$gte": .date(instant)]])
            return try connection.readable(found) { document in
                let reader = DocumentReader(document, in: .workers)
                return WorkerReport(
                    node: NodeID(rawValue: try reader.required("_id", try reader.string("_id"))),
                    startedAt: try reader.required("startedAt", try reader.date("startedAt")),
                    seenAt: try reader.required("seenAt", try reader.date("seenAt")),
                    lastSettledAt: try reader.date("lastSettledAt"),
                    settled: Int(clamping: try reader.integer("settled") ?? 0),
                    inHand: Int(clamping: try reader.integer("inHand") ?? 0),
                    concurrency: Int(clamping: try reader.integer("concurrency") ?? 0),
                    stalledSince: try reader.date("stalledSince"))
            }.sorted { $0.node.rawValue < $1.node.rawValue }
        }
    }

    /// Forgets the workers that have long been silent.
    func removeOld(at now: Date) async throws {
        let before = BSON.date(now.addingTimeInterval(-Self.lifetime))
        try await database.perform { _ = try $0.removeAll(from: .workers, ["seenAt": ["$lt": before]]) }
    }
}
