import Foundation
import MsgKit

/// The last runs of the scheduled phases in MongoDB, one document each.
struct MongoPhaseRunStore: PhaseRunStore {
    let database: MongoDatabase

    func lastRun(_ phase: String) async throws -> PhaseRun? {
        try await database.perform { connection in
            try connection.first(in: .phaseRuns, ["_id": .string(phase)]).map { try Self.decode($0) }
        }
    }

    func begin(_ run: PhaseRun) async throws -> Bool {
        let isOpen: BSONDocument = [
            "occurrence": .date(run.occurrence), "outcome": ["$in": ["running", "failed"]],
            "fencingToken": ["$lte": .int64(run.fencingToken)],
        ]
        let condition: BSONDocument = [
            "_id": .string(run.phase),
            "$or": [
                ["occurrence": ["$lt": .date(run.occurrence)]], ["occurrence": ["$gt": .date(run.latestCredible)]],
                .document(isOpen),
            ],
        ]
        let credible = BSON.date(run.latestCredible)
        // What is there before: stages read the document as it was when they begin.
        let earlierDone: BSON = [
            "$cond": [
                ["$and": [["$eq": ["$outcome", "done"]], ["$lte": ["$occurrence", credible]]]], "$occurrence",
                ["$cond": [["$lte": ["$earlierDone", credible]], ["$ifNull": ["$earlierDone", .null]], .null]],
            ]
        ]
        let set: BSONDocument = [
            "occurrence": .date(run.occurrence), "outcome": .literal(.string(run.outcome.rawValue)),
            "fencingToken": .int64(run.fencingToken), "startedAt": .date(run.startedAt),
            "finishedAt": .optional(run.finishedAt) { .date($0) }, "node": .literal(.string(run.node.rawValue)),
            "note": .optional(run.note) { .literal(.string($0)) }, "earlierDone": earlierDone,
        ]
        return try await database.perform { connection in
            // Where there is one that the condition does not hold for, it is its id that the insertion meets.
            try connection.updateOne(in: .phaseRuns, condition, [["$set": .document(set)]], isUpsert: true)
                .duplicates.isEmpty
        }
    }

    func finish(_ run: PhaseRun) async throws {
        let own: BSONDocument = [
            "_id": .string(run.phase), "occurrence": .date(run.occurrence),
            "fencingToken": .int64(run.fencingToken), "outcome": "running",
        ]
        let set: BSONDocument = [
            "outcome": .string(run.outcome.rawValue), "finishedAt": .optional(run.finishedAt) { .date($0) },
            "note": .optional(run.note) { .string($0) },
        ]
        try await database.perform { connection in
            _ = try connection.updateOne(in: .phaseRuns, own, ["$set": .document(set)])
        }
    }

    func runs() async throws -> [PhaseRun] {
        try await everyPhase { try Self.decode($0) }
    }

    func lastDone() async throws -> [String: Date] {
        let found = try await everyPhase { document in
            let reader = DocumentReader(document, in: .phaseRuns)
            let outcome: PhaseRun.Outcome = try reader.required("outcome", try reader.choice("outcome"))
            return (
                try reader.required("_id", try reader.string("_id")),
                try reader.date(outcome == .done ? "occurrence" : "earlierDone")
            )
        }
        return Dictionary(found.compactMap { phase, date in date.map { (phase, $0) } }) { first, _ in first }
    }

    private func everyPhase<Value: Sendable>(
        _ decode: @escaping @Sendable (BSONDocument) throws -> Value
    ) async throws -> [Value] {
        try await database.perform { connection in
            let found = try connection.find(
                in: .phaseRuns, ["_id": ["$gte": ""]], FindOptions(sort: ["_id": 1], hint: "_id_"))
            return try connection.readable(found, decode)
        }
    }

    private static func decode(_ document: BSONDocument) throws -> PhaseRun {
        let reader = DocumentReader(document, in: .phaseRuns)
        return PhaseRun(
            phase: try reader.required("_id", try reader.string("_id")),
            occurrence: try reader.required("occurrence", try reader.date("occurrence")),
            outcome: try reader.required("outcome", try reader.choice("outcome")),
            fencingToken: try reader.required("fencingToken", try reader.integer("fencingToken")),
            startedAt: try reader.required("startedAt", try reader.date("startedAt")),
            finishedAt: try reader.date("finishedAt"),
            node: NodeID(rawValue: try reader.required("node", try reader.string("node"))),
            note: try reader.string("note"))
    }
}
