import Foundation
import MsgKit

/// How plans are stored: one document for each pool and date, whatever became of earlier plans of that day. Which plan
/// it is about, under which lease, and which ones it took the place of changes in one step.
enum PlanDocuments {
    struct Stored: Sendable {
        var plan: Plan
        var fencingToken: Int64
        /// Plans that this one took the place of, and whose messages may still be there.
        var dropped: [DroppedPlan]

        init(_ document: BSONDocument) throws {
            let reader = DocumentReader(document, in: .plans)
            let key = try reader.required("_id", try reader.reader("_id"))
            let seed = try reader.string("seed").flatMap { UInt64($0) }
            func count(_ name: String) throws -> Int { Int(clamping: try reader.integer(name) ?? 0) }
            plan = Plan(
                id: try reader.required("plan", try reader.id("plan")),
                pool: try key.required("pool", try key.string("pool")),
                date: try key.required("date", try key.planDate("date")), seed: try reader.required("seed", seed),
                figures: PlanFigures(
                    users: try count("users"), pairings: try count("pairings"), messages: try count("messages"),
                    leftOut: try count("leftOut")),
                settings: try reader.reader("settings").map { try PlanSettings($0) },
                notes: try reader.reader("notes").map { try PlanNotes($0) } ?? PlanNotes(),
                rested: try reader.id("rested"),
                createdAt: try reader.required("createdAt", try reader.date("createdAt")),
                completedAt: try reader.date("completedAt"))
            fencingToken = try reader.required("fencingToken", try reader.integer("fencingToken"))
            dropped = try reader.readers("dropped").map { try DroppedPlan($0) }
        }
    }

    static func key(pool: String, date: PlanDate) -> BSONDocument {
        ["_id": ["pool": .string(pool), "date": .string(date.description)]]
    }

    /// The plans that a filter is about.
    static func condition(_ filter: PlanFilter) -> BSONDocument {
        var condition: BSONDocument = [:]
        var dates: BSONDocument = [:]
        dates.append("$gte", filter.from) { .string($0.description) }
        dates.append("$lte", filter.through) { .string($0.description) }
        // Said in any case, so that the index in the order of dates serves.
        if dates.fields.isEmpty { dates.append("$gt", "") }
        condition.append("_id.date", .document(dates))
        condition.append("_id.pool", filter.pool) { .string($0) }
        condition.append("completedAt", filter.isComplete) { $0 ? ["$ne": .null] : .null }
        return condition
    }

    static func outcome(_ outcome: PlanOutcome) -> BSONDocument {
        func count(_ number: Int) -> BSON { .int64(Int64(number)) }
        let figures = outcome.figures
        return [
            "users": count(figures.users), "pairings": count(figures.pairings), "messages": count(figures.messages),
            "leftOut": count(figures.leftOut), "notes": outcome.notes.value,
            "rested": .optional(outcome.rested) { .id($0) },
        ]
    }

    /// The plans whose messages must not be sent: those that are being made, and those that were given up.
    static func unfinished(_ connection: MongoConnection) throws -> [Plan.ID] {
        var ids: [Plan.ID] = []
        for condition: BSONDocument in [["completedAt": .null], ["dropped.plan": ["$gt": .objectID(0, 0)]]] {
            for document in try connection.find(in: .plans, condition) {
                guard let stored = try connection.readable([document], { try Stored($0) }).first else {
                    // What belongs to a plan that can't be read waits for somebody to mend it; all else goes on.
                    ids += Self.named(in: document)
                    continue
                }
                if stored.plan.completedAt == nil { ids.append(stored.plan.id) }
                ids += stored.dropped.map(\.plan)
            }
        }
        return ids
    }

    /// The plans that a document names, itself and those that it took the place of, whatever else is wrong in it.
    private static func named(in document: BSONDocument) -> [Plan.ID] {
        var names = [document["plan"]]
        if case .array(let dropped)? = document["dropped"] {
            names += dropped.map { if case .document(let plan) = $0 { plan["plan"] } else { nil } }
        }
        return names.compactMap { $0?.identifier(of: Plan.self) }
    }

    static func complete(among ids: Set<Plan.ID>, _ connection: MongoConnection) throws -> Set<Plan.ID> {
        guard !ids.isEmpty else { return [] }
        let found = try connection.find(
            in: .plans, ["plan": ["$in": .ids(ids)], "completedAt": ["$ne": .null]],
            FindOptions(projection: ["plan": 1]))
        return Set(found.compactMap { $0["plan"]?.identifier(of: Plan.self) })
    }
}
